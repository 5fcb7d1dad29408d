// Package wire stands between a program and its PostgreSQL, and breaks the line at the one moment
// that matters: when a transaction commits. Either the COMMIT gets through and the server carries it
// out, but the line breaks before its answer is back, so that the program cannot know; or the line
// breaks before the COMMIT has arrived, so that nothing was done.
//
// Both directions are passed on as they are, message by message. The line is neither encrypted nor is
// there a password on it that would have to be understood.
package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// Break is where a line breaks.
type Break int

// Where a line can break.
const (
	AfterCommit  Break = iota // the server has committed, and nobody hears of it
	BeforeCommit              // the server never hears of the COMMIT
)

// Proxy passes a program's connections on to a server.
type Proxy struct {
	listener net.Listener
	network  string // of the server
	server   string
	lines    sync.WaitGroup

	mu    sync.Mutex
	open  map[net.Conn]bool
	armed []order
}

// order is a break that is wanted, and whom to tell when it has happened.
type order struct {
	at   Break
	done chan bool // gets true when it has happened, false when the transaction had failed by itself
}

// Listen starts a proxy on the loopback interface before the server that address, a URL, leads to.
func Listen(address string) (*Proxy, error) { return ListenOn("127.0.0.1:0", address) }

// ListenOn is Listen on a place of the caller's choice.
func ListenOn(place, address string) (*Proxy, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("address of the server: %w", err)
	}
	if config.TLSConfig != nil && len(config.Fallbacks) == 0 {
		return nil, errors.New("the line to the server is encrypted and cannot be broken at a message")
	}
	p := &Proxy{network: "tcp", server: net.JoinHostPort(config.Host, fmt.Sprint(config.Port)), open: map[net.Conn]bool{}}
	if strings.HasPrefix(config.Host, "/") {
		p.network, p.server = "unix", filepath.Join(config.Host, fmt.Sprintf(".s.PGSQL.%d", config.Port))
	}
	if p.listener, err = net.Listen("tcp", place); err != nil {
		return nil, err
	}
	p.lines.Go(p.accept)
	return p, nil
}

// Through is the address of a database on the server, by way of the proxy.
func (p *Proxy) Through(address string) (string, error) {
	at, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("address of the database: %w", err)
	}
	at.Host = p.listener.Addr().String()
	query := at.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	at.RawQuery = query.Encode()
	return at.String(), nil
}

// Break breaks the line of whoever commits next, and returns when that has happened; or it returns
// ctx's error, and nothing will break.
func (p *Proxy) Break(ctx context.Context, at Break) error {
	for {
		o := order{at, make(chan bool, 1)}
		p.mu.Lock()
		p.armed = append(p.armed, o)
		p.mu.Unlock()
		select {
		case done := <-o.done:
			if done {
				return nil
			}
		case <-ctx.Done():
			if p.disarm(o) {
				return ctx.Err()
			}
			if <-o.done { // taken at the same moment
				return nil
			}
			return ctx.Err()
		}
	}
}

func (p *Proxy) disarm(o order) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.armed {
		if p.armed[i].done == o.done {
			p.armed = append(p.armed[:i:i], p.armed[i+1:]...)
			return true
		}
	}
	return false
}

// take takes the oldest order.
func (p *Proxy) take() *order {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.armed) == 0 {
		return nil
	}
	o := p.armed[0]
	p.armed = p.armed[1:]
	return &o
}

// Close breaks every line and ends the proxy.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for c := range p.open {
		_ = c.Close() // it is to break
	}
	p.open = nil
	p.mu.Unlock()
	p.lines.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		program, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		server, err := net.Dial(p.network, p.server)
		if err != nil { // as a server that is down: the line is cut
			_ = program.Close()
			continue
		}
		if !p.hold(program, server) {
			return
		}
		l := &line{proxy: p, program: program, server: server}
		p.lines.Go(l.asks)
		p.lines.Go(l.answers)
	}
}

// hold remembers connections, to be closed in the end; false when that has come.
func (p *Proxy) hold(all ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range all {
		if p.open == nil {
			_ = c.Close()
			continue
		}
		p.open[c] = true
	}
	return p.open != nil
}

// line is one connection of the program and the one that belongs to it.
type line struct {
	proxy           *Proxy
	program, server net.Conn
	withheld        atomic.Pointer[order] // set while the answer to a COMMIT must not come back
}

func (l *line) cut() {
	l.proxy.mu.Lock()
	delete(l.proxy.open, l.program)
	delete(l.proxy.open, l.server)
	l.proxy.mu.Unlock()
	_ = l.program.Close() // cut is cut
	_ = l.server.Close()
}

// asks passes on what the program says.
func (l *line) asks() {
	defer l.cut()
	first, err := readBody(l.program) // the first message has no type
	if err != nil {
		return
	}
	if _, err := l.server.Write(first); err != nil {
		return
	}
	for {
		message, err := readMessage(l.program)
		if err != nil {
			return
		}
		if commits(message) {
			if o := l.proxy.take(); o != nil && o.at == BeforeCommit {
				o.done <- true
				return
			} else if o != nil {
				l.withheld.Store(o)
			}
		}
		if _, err := l.server.Write(message); err != nil {
			l.failed()
			return
		}
	}
}

// answers passes on what the server says. Of the answer to a COMMIT that is to be lost nothing is.
func (l *line) answers() {
	defer l.cut()
	defer l.failed()
	committed := false
	for {
		message, err := readMessage(l.server)
		if err != nil {
			return
		}
		o := l.withheld.Load()
		if o == nil {
			if _, err := l.program.Write(message); err != nil {
				return
			}
			continue
		}
		switch message[0] {
		case 'C':
			var done pgproto3.CommandComplete
			committed = done.Decode(message[5:]) == nil && string(done.CommandTag) == "COMMIT"
		case 'Z':
			l.withheld.Store(nil)
			o.done <- committed
			return
		}
	}
}

// failed tells whoever waits for this line that nothing came of it.
func (l *line) failed() {
	if o := l.withheld.Swap(nil); o != nil {
		o.done <- false
	}
}

// commits reports whether a message is a COMMIT, which is a simple query.
func commits(message []byte) bool {
	if message[0] != 'Q' {
		return false
	}
	var q pgproto3.Query
	return q.Decode(message[5:]) == nil && strings.EqualFold(strings.TrimRight(q.String, "; "), "commit")
}

// readMessage reads a message with its type.
func readMessage(from io.Reader) ([]byte, error) {
	kind := make([]byte, 1)
	if _, err := io.ReadFull(from, kind); err != nil {
		return nil, err
	}
	body, err := readBody(from)
	return append(kind, body...), err
}

// mostBytes bounds a message, and with it what a garbled length can ask for.
const mostBytes = 64 << 20

// readBody reads a message from its length on.
func readBody(from io.Reader) ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(from, length); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length)
	if n < 4 || n > mostBytes {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	body := bytes.NewBuffer(length)
	_, err := io.CopyN(body, from, int64(n)-4)
	return body.Bytes(), err
}
