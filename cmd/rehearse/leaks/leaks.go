// Package leaks looks for what must be found nowhere: what people said, and who they are, in
// everything that the program has written. It gathers the places (files, a database with its log, the
// rows of every table), and searches them for each secret in every form in which it could have been
// written down.
package leaks

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Place is something that was written: a file, or the rows of a table.
type Place struct {
	Name string
	Body []byte
}

// Folder is every file in a folder and below it.
func Folder(dir string) ([]Place, error) {
	var all []Place
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		all = append(all, Place{path, body})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading what was written: %w", err)
	}
	return all, nil
}

// Database is everything that a database holds, by its address as DATABASE_URL has it. notes say what
// could not be looked at.
func Database(ctx context.Context, address string) (all []Place, notes []string, err error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		all, err = sqlite(path)
		return all, nil, err
	}
	return postgres(ctx, address)
}

// sqlite are the database, its keys, the write-ahead log of each, and their rows.
func sqlite(path string) ([]Place, error) {
	files, err := filepath.Glob(strings.TrimSuffix(path, ".db") + "*")
	if err != nil {
		return nil, err
	}
	var all []Place
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, Place{file, body})
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("expected a database and its keys at %s, found %d files", path, len(all))
	}
	for _, file := range files {
		if !strings.HasSuffix(file, ".db") {
			continue
		}
		rows, err := sqliteRows(file)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// postgres are the rows of every table, as text and as the bytes on the wire, and the files in which
// the server keeps them where this process may read them.
func postgres(ctx context.Context, address string) (all []Place, notes []string, err error) {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CHECKPOINT"); err != nil {
		notes = append(notes, fmt.Sprintf("no checkpoint: %v", err))
	}
	tables, err := tables(ctx, pool)
	if err != nil {
		return nil, nil, err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Release()
	for _, table := range tables {
		for _, form := range []string{"text", "binary"} {
			var b bytes.Buffer
			if _, err := conn.Conn().PgConn().CopyTo(ctx, &b, "COPY "+table+" TO STDOUT (FORMAT "+form+")"); err != nil {
				return nil, nil, fmt.Errorf("copying %s: %w", table, err)
			}
			all = append(all, Place{table + " as " + form, b.Bytes()})
		}
	}
	var folder, oid string
	err = conn.QueryRow(ctx, "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()").Scan(&folder, &oid)
	if err != nil {
		return all, append(notes, fmt.Sprintf("the server does not say where its files are: %v", err)), nil
	}
	files, missing := serverFiles(folder, oid)
	return append(all, files...), append(notes, missing...), nil
}

func tables(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		list = append(list, table)
	}
	if err := rows.Err(); err != nil || len(list) < 15 {
		return nil, fmt.Errorf("%d tables, %v", len(list), err)
	}
	return list, nil
}

func serverFiles(folder, oid string) (all []Place, notes []string) {
	for _, pattern := range []string{filepath.Join(folder, "base", oid, "*"), filepath.Join(folder, "pg_wal", "0*")} {
		files, _ := filepath.Glob(pattern) // the patterns are well formed
		for _, file := range files {
			if body, err := os.ReadFile(file); err == nil {
				all = append(all, Place{file, body})
			}
		}
		if len(files) == 0 {
			notes = append(notes, "nothing to read at "+pattern)
		}
	}
	return all, notes
}
