package discord

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// The gateway's address is the server's own without a path, as Discord's is.
const gatewayPath = "/"

// Limits on what a bot sends (gateway.mdx).
const (
	mostPacket  = 4096
	mostPackets = 120
	packetSpan  = time.Minute
	patience    = time.Second            // for a bot to close its side
	grace       = 500 * time.Millisecond // beyond a heartbeat's interval, or the interval once more
)

// socket is one connection of the bot to the gateway.
type socket struct {
	server  *Server
	conn    *websocket.Conn
	session *session // nil before it has logged in
	out     []frame
	busy    bool // a frame is being written
	ended   bool // the last frame is queued or written
	done    bool // nothing can be read any more
	bell    bell
	sent    tally // packets of the bot
}

// frame is one thing to be sent. One that ends closes the connection with a code, or cuts it with 0.
type frame struct {
	kind int
	body []byte
	ends bool
	code int
}

func text(raw []byte) frame { return frame{kind: websocket.TextMessage, body: raw} }

// control is a packet that is no dispatch.
func control(op int, d any) frame { return text(encode(packet{Op: op, Data: encode(d)})) }

// send queues a frame under the server's lock.
func (k *socket) send(f frame) {
	if !k.ended {
		k.out = append(k.out, f)
		k.bell.ring()
	}
}

// shut closes a connection with a code, after what waits to go out; or cuts it at once with 0.
func (s *Server) shut(k *socket, code int) {
	if k.ended {
		return
	}
	if code == 0 || s.gateway.frozen > 0 {
		k.out = nil
	}
	k.send(frame{ends: true, code: code})
	k.ended = true
	s.part(k, code)
}

// serveGateway holds one connection from its first byte to its last.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	out := s.gateway.out > 0
	s.mu.Unlock()
	if out {
		http.Error(w, "503 Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	up := websocket.Upgrader{}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	conn.SetReadLimit(1 << 20)
	k := &socket{server: s, conn: conn}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = conn.Close()
		return
	}
	s.running.Add(2)
	s.gateway.sockets[k] = true
	k.send(control(opHello, map[string]any{"heartbeat_interval": s.options.Heartbeat.Milliseconds(), "_trace": []string{}}))
	if v := r.URL.Query(); v.Get("v") != "9" && v.Get("v") != "10" || v.Get("encoding") != "json" {
		s.shut(k, closeVersion)
	}
	s.mu.Unlock()
	go k.write()
	k.read()
}

// read takes packets until the connection ends. A bot that sends none for two intervals is gone.
func (k *socket) read() {
	s := k.server
	defer s.running.Done()
	code := 0
	for {
		_ = k.conn.SetReadDeadline(time.Now().Add(s.options.Heartbeat + max(s.options.Heartbeat, grace)))
		_, raw, err := k.conn.ReadMessage()
		if err != nil {
			code = goodbye(err)
			break
		}
		s.mu.Lock()
		if !k.ended {
			s.receive(k, raw)
		}
		s.mu.Unlock()
	}
	if code == closeTimedOut {
		farewell(k.conn, code)
	}
	_ = k.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part(k, code)
	delete(s.gateway.sockets, k)
	k.ended, k.done = true, true
	k.bell.ring()
	s.record.bell.ring()
}

// goodbye is the code with which a connection ended: the bot's, or 4009 for silence; 0 without one.
func goodbye(err error) int {
	var closed *websocket.CloseError
	var late net.Error
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return closed.Code
	case errors.As(err, &late) && late.Timeout():
		return closeTimedOut
	}
	return 0
}

// farewell is the server's half of closing a connection.
func farewell(conn *websocket.Conn, code int) {
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(patience))
}

// write sends what is queued until the connection ends.
func (k *socket) write() {
	s := k.server
	defer s.running.Done()
	for {
		f, ok := k.next()
		switch {
		case !ok:
			return
		case f.ends && f.code == 0:
			_ = k.conn.NetConn().Close()
			return
		case f.ends: // the bot closes, so that it has read the code before
			farewell(k.conn, f.code)
			time.AfterFunc(patience, func() { _ = k.conn.Close() })
			return
		}
		_ = k.conn.WriteMessage(f.kind, f.body) // a bot that is gone is noticed by read
		s.mu.Lock()
		k.busy = false
		s.record.bell.ring()
		s.mu.Unlock()
	}
}

// next waits for a frame; there is none when the connection has ended.
func (k *socket) next() (frame, bool) {
	s := k.server
	for {
		s.mu.Lock()
		if k.done {
			s.mu.Unlock()
			return frame{}, false
		}
		if len(k.out) > 0 && (s.gateway.frozen == 0 || k.out[0].ends) {
			f := k.out[0]
			k.out, k.busy = k.out[1:], true
			s.mu.Unlock()
			return f, true
		}
		changed := k.bell.wait()
		s.mu.Unlock()
		<-changed
	}
}

// part takes a connection's session from it. A bot that says goodbye with 1000 or 1001 gives the
// session up, and one that was silent loses it (gateway.mdx).
func (s *Server) part(k *socket, code int) {
	one := k.session
	if one == nil {
		return
	}
	k.session = nil
	one.socket, one.left = nil, s.now()
	if code == closeNormal || code == closeGoingAway || code == closeTimedOut {
		delete(s.gateway.sessions, one.id)
	}
	s.write(Entry{Route: Left, Status: code})
}
