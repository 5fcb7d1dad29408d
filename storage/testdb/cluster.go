package testdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// find returns the address of a server, starting one at the first call.
var find = sync.OnceValues(func() (string, error) {
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		return address, nil
	}
	programs, err := programs()
	if err != nil {
		return "", err
	}
	return start(programs)
})

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

// watch runs the server until its own standard input ends, which it does with the test program,
// also when that panics or is killed; then it removes what the server left.
const watch = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=1000 -c shared_buffers=64MB </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"`

// start makes a cluster that listens on a socket in its own folder only.
func start(programs string) (string, error) {
	dir, err := os.MkdirTemp(memory(), "claimline-pg-")
	if err != nil {
		return "", err
	}
	who, err := unprivileged(dir)
	if err != nil {
		return "", err
	}
	initdb := exec.Command(filepath.Join(programs, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "claimline",
		"--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: who}, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	server := exec.Command("/bin/sh", "-c", watch, "watch", programs, dir)
	// A session of its own, so that ^C reaches the test program alone.
	server.SysProcAttr, server.Dir = &syscall.SysProcAttr{Credential: who, Setsid: true}, dir
	if _, err := server.StdinPipe(); err != nil { // stays open as long as this process lives
		return "", err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", err
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return "", fmt.Errorf("starting PostgreSQL: %w", err)
	}
	go func() { _ = server.Wait() }() // holds on to the pipe, which a forgotten one would close
	address := url.URL{Scheme: "postgres", User: url.User("claimline"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}}.Encode()}
	return address.String(), ready(address.String())
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
