package leaks

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	_ "github.com/ncruces/go-sqlite3/driver"
)

// sqliteRows are the rows of every table of a SQLite file, as text. The file itself holds an integer in as
// few bytes as it needs, where it looks like many others. What is in bytes stands in the file as it is.
func sqliteRows(path string) (all []Place, err error) {
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(20000)&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'table'")
	if err != nil {
		return nil, fmt.Errorf("listing the tables of %s: %w", path, err)
	}
	var names []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			return nil, errors.Join(err, tables.Close())
		}
		names = append(names, name)
	}
	if err := errors.Join(tables.Err(), tables.Close()); err != nil {
		return nil, fmt.Errorf("listing the tables of %s: %w", path, err)
	}
	for _, name := range names {
		body, err := asText(db, name)
		if err != nil {
			return nil, fmt.Errorf("reading %s of %s: %w", name, path, err)
		}
		all = append(all, Place{path + ", rows of " + name, body})
	}
	return all, nil
}

// asText writes a table down, a line a row.
func asText(db *sql.DB, table string) ([]byte, error) {
	rows, err := db.Query("SELECT * FROM " + strconv.Quote(table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var text []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for _, v := range values {
			if _, sealed := v.([]byte); !sealed && v != nil {
				text = fmt.Append(text, v)
			}
			text = append(text, '\t')
		}
		text = append(text, '\n')
	}
	return text, rows.Err()
}
