// Package cluster finds a PostgreSQL server to try things on: the one that TEST_DATABASE_URL names,
// else a throwaway cluster that vanishes with the process that started it, however that ends. It
// keeps its promises like a real one (fsync is on) and is quick because its files lie in memory.
package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Find returns the server, starting one at the first call.
var Find = sync.OnceValues(func() (*Server, error) {
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		return &Server{Address: address}, nil
	}
	programs, err := programs()
	if err != nil {
		return nil, err
	}
	return start(programs)
})

// Server is a PostgreSQL server.
type Server struct {
	Address string // of a database in which others can be created
	data    string // its folder; "" for a server that is not ours
}

// ErrForeign is that a server was not started here, and is left alone.
var ErrForeign = errors.New("the server that TEST_DATABASE_URL names is not ours to stop")

// Create makes an empty database and returns its address. drop removes it again, whoever is connected.
func (s *Server) Create(ctx context.Context) (address string, drop func(context.Context) error, err error) {
	name := "claimline_test_" + strings.ToLower(rand.Text()[:12])
	if err := s.run(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	at, err := url.Parse(s.Address)
	if err != nil {
		return "", nil, fmt.Errorf("address of the server: %w", err)
	}
	at.Path = "/" + name
	return at.String(), func(ctx context.Context) error { return s.run(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") }, nil
}

func (s *Server) run(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.Address)
	if err != nil {
		return fmt.Errorf("connecting to the server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// Crash stops the server at once, as a crash does (its "immediate" shutdown), and returns when it has
// recovered from its log. It fails with ErrForeign for a server that was not started here.
func (s *Server) Crash() error {
	if s.data == "" {
		return ErrForeign
	}
	text, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("looking for the server: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("looking for the server: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	for syscall.Kill(pid, 0) == nil { // it has no parent to tell that waits for it here
		time.Sleep(10 * time.Millisecond)
	}
	return ready(s.Address)
}

// programs finds the folder with initdb and postgres.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("TEST_DATABASE_URL is not set, and there is no initdb in PATH or /usr/lib/postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// watch runs the server, again and again, until its own standard input ends, which it does with the
// process that started it, also when that panics or is killed; then it removes what the server left.
const watch = `(until [ -e "$2/over" ]; do
	"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=1000 -c shared_buffers=64MB $3 </dev/null
done) &
keeper=$!
cat >/dev/null
touch "$2/over"
while kill -0 $keeper; do
	kill -INT $(head -n 1 "$2/data/postmaster.pid")
	sleep 0.1
done
wait $keeper
rm -rf "$2"`

// start makes a cluster that listens on a socket in its own folder only.
func start(programs string) (*Server, error) {
	dir, err := os.MkdirTemp(memory(), "claimline-pg-")
	if err != nil {
		return nil, err
	}
	who, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(programs, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "claimline",
		"--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: who}, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	server := exec.Command("/bin/sh", "-c", watch, "watch", programs, dir, counter(programs))
	// A session of its own, so that ^C reaches the test program alone.
	server.SysProcAttr, server.Dir = &syscall.SysProcAttr{Credential: who, Setsid: true}, dir
	if _, err := server.StdinPipe(); err != nil { // stays open as long as this process lives
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	go func() { _ = server.Wait() }() // holds on to the pipe, which a forgotten one would close
	address := url.URL{Scheme: "postgres", User: url.User("claimline"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}}.Encode()}
	return &Server{Address: address.String(), data: filepath.Join(dir, "data")}, ready(address.String())
}

// counter are the options that load the counter of statements, where there is one. It counts nothing
// until pg_stat_statements.track is set.
func counter(programs string) string {
	dir, err := exec.Command(filepath.Join(programs, "pg_config"), "--pkglibdir").Output()
	if err == nil {
		_, err = os.Stat(filepath.Join(string(bytes.TrimSpace(dir)), "pg_stat_statements.so"))
	}
	if err != nil {
		return ""
	}
	return "-c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track=none"
}

// memory is a folder that lies in memory, where there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// unprivileged gives the folder to a user whom PostgreSQL accepts; it does not run as root.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		who, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(who.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(who.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// ready waits until the server takes connections. There is no event to wait for but its answer.
func ready(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not start: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
