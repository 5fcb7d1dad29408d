package discord

import (
	"encoding/json"
	"time"
)

// Opcodes of the gateway (opcodes-and-status-codes.mdx).
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opPresence     = 3
	opVoice        = 4
	opResume       = 6
	opReconnect    = 7
	opMembers      = 8
	opInvalid      = 9
	opHello        = 10
	opHeartbeatAck = 11
)

// Close codes of the gateway.
const (
	closeNormal          = 1000
	closeGoingAway       = 1001
	closeUnknownOpcode   = 4001
	closeDecode          = 4002
	closeUnauthenticated = 4003
	closeAuthentication  = 4004
	closeTwice           = 4005
	closeSequence        = 4007
	closeRateLimited     = 4008
	closeTimedOut        = 4009
	closeVersion         = 4012
	closeIntents         = 4013
	closeDisallowed      = 4014
)

// Intents, and those that a bot is granted only on request (gateway.mdx).
const (
	intentGuilds         = 1 << 0
	intentMembers        = 1 << 1
	intentPresences      = 1 << 8
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentContent        = 1 << 15
	intentsAll           = 1<<26 - 1
	intentsPrivileged    = intentMembers | intentPresences | intentContent
	always               = 0 // of events that need none
)

// gateway is what the bot's sessions are at one moment.
type gateway struct {
	sessions   map[string]*session
	sockets    map[*socket]bool
	identified []time.Time // in the last 24 hours

	beats     int // heartbeats of the bot
	out       int // outages
	apiOut    bool
	frozen    int // nothing is sent
	deaf      int // heartbeats are not answered
	refusals  []frame
	repeating int
	holding   int
	held      []held
}

func newGateway() gateway {
	return gateway{sessions: map[string]*session{}, sockets: map[*socket]bool{}}
}

// session is one login of the bot. It outlives its connection by the resume window.
type session struct {
	id      string
	intents int
	seq     int64
	log     []event // that may have to be sent again
	socket  *socket // nil while the bot is away
	left    time.Time
}

// event is one dispatch of a session.
type event struct {
	seq int64
	at  time.Time
	raw []byte
}

// packet is what goes over the gateway's wire.
type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type *string         `json:"t"`
}

// tell dispatches an event to every session that asked for its kind and may still be there.
func (s *Server) tell(kind string, intent int, d any) {
	s.tellRaw(kind, intent, encode(d))
}

func (s *Server) tellRaw(kind string, intent int, d json.RawMessage) {
	for id, one := range s.gateway.sessions {
		switch {
		case one.lost(s.now(), s.options.ResumeWindow):
			delete(s.gateway.sessions, id)
		case intent == always || one.intents&intent != 0:
			s.dispatch(one, kind, d)
		}
	}
}

// lost reports whether nobody can resume a session any more.
func (n *session) lost(now time.Time, window time.Duration) bool {
	return n.socket == nil && now.Sub(n.left) > window
}

// dispatch numbers an event of a session, remembers it and sends it.
func (s *Server) dispatch(to *session, kind string, d json.RawMessage) {
	raw := s.enter(to, kind, d)
	if s.gateway.holding > 0 {
		s.gateway.held = append(s.gateway.held, held{to: to, raw: raw})
		return
	}
	s.pass(to, raw)
}

// enter numbers an event of a session and remembers it for as long as the session can be resumed.
func (s *Server) enter(to *session, kind string, d json.RawMessage) []byte {
	to.seq++
	seq, now := to.seq, s.now()
	e := event{seq: seq, at: now, raw: encode(packet{Op: opDispatch, Data: d, Seq: &seq, Type: &kind})}
	for len(to.log) > 0 && now.Sub(to.log[0].at) > s.options.ResumeWindow {
		to.log = to.log[1:]
	}
	to.log = append(to.log, e)
	return e.raw
}

// pass sends a dispatch to a session that is connected: twice where Repeat wants it.
func (s *Server) pass(to *session, raw []byte) {
	if to.socket == nil {
		return
	}
	to.socket.send(text(raw))
	if s.gateway.repeating > 0 {
		s.gateway.repeating--
		to.socket.send(text(raw))
	}
}

// reached reports whether a session is connected, or may yet be.
func (s *Server) reached() bool {
	for _, one := range s.gateway.sessions {
		if !one.lost(s.now(), s.options.ResumeWindow) {
			return true
		}
	}
	return false
}

// Connected reports how many connections of the bot have a session.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for k := range s.gateway.sockets {
		if k.session != nil {
			n++
		}
	}
	return n
}

// Heartbeats returns how many heartbeats the bot has sent.
func (s *Server) Heartbeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.beats
}

// getGateway is the address of the gateway.
func (s *Server) getGateway(*call) (any, error) { return map[string]any{"url": s.gatewayURL()}, nil }

func (s *Server) gatewayURL() string { return "ws://" + s.listener.Addr().String() }

func (s *Server) getGatewayBot(*call) (any, error) {
	return map[string]any{"url": s.gatewayURL(), "shards": 1, "session_start_limit": map[string]any{
		"total": s.options.Identifies, "remaining": max(s.options.Identifies-len(s.gateway.identified), 0),
		"reset_after": 0, "max_concurrency": 1}}, nil
}
