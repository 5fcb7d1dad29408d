package discord

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

const identifySpan = 24 * time.Hour

// receive takes one packet of the bot.
func (s *Server) receive(k *socket, raw []byte) {
	var p packet
	if len(raw) > mostPacket || json.Unmarshal(raw, &p) != nil {
		s.violation("gateway", "a packet that is no JSON object or larger than 4096 bytes")
		s.shut(k, closeDecode)
		return
	}
	// Heartbeats count as well, but tests ask for more of them than a bot ever sends.
	if p.Op != opHeartbeat && k.sent.take(time.Now(), Bucket{Limit: mostPackets, Per: packetSpan}) > 0 {
		s.violation("gateway", "more than 120 packets in a minute")
		s.shut(k, closeRateLimited)
		return
	}
	switch p.Op {
	case opHeartbeat:
		s.gateway.beats++
		s.record.bell.ring()
		if s.gateway.deaf == 0 {
			k.send(control(opHeartbeatAck, nil))
		}
	case opIdentify:
		s.identify(k, p.Data)
	case opResume:
		s.resume(k, p.Data)
	case opPresence, opVoice, opMembers:
		if k.session == nil {
			s.shut(k, closeUnauthenticated)
		}
	default:
		s.violation("gateway", "an unknown opcode")
		s.shut(k, closeUnknownOpcode)
	}
}

// turnAway ends a login with a close code.
func (s *Server) turnAway(k *socket, code int) {
	s.write(Entry{Route: Refused, Status: code})
	s.shut(k, code)
}

// loginRefused answers a login with what RefuseLogin has prepared, if anything.
func (s *Server) loginRefused(k *socket) bool {
	list := s.gateway.refusals
	if len(list) == 0 {
		return false
	}
	s.gateway.refusals = list[1:]
	s.write(Entry{Route: Refused})
	k.send(list[0])
	return true
}

// identify begins a session.
func (s *Server) identify(k *socket, raw json.RawMessage) {
	var d struct {
		Token      string
		Intents    *int
		Properties json.RawMessage
		Compress   bool
	}
	switch err := json.Unmarshal(raw, &d); {
	case err != nil || d.Properties == nil || d.Intents == nil:
		s.violation("gateway", "an identify without token, intents or properties")
		s.turnAway(k, closeDecode)
		return
	case d.Token != s.token && d.Token != "Bot "+s.token:
		s.turnAway(k, closeAuthentication)
		return
	case k.session != nil:
		s.turnAway(k, closeTwice)
		return
	case *d.Intents < 0 || *d.Intents > intentsAll:
		s.turnAway(k, closeIntents)
		return
	case *d.Intents&intentsPrivileged != 0:
		s.violation("gateway", "an identify that asks for privileged intents")
		s.turnAway(k, closeDisallowed)
		return
	}
	if s.loginRefused(k) || !s.mayIdentify(k) {
		return
	}
	one := &session{id: seedID(s.id()), intents: *d.Intents, socket: k}
	k.session = one
	s.gateway.sessions[one.id] = one
	s.write(Entry{Route: Identified})
	s.ready(one, d.Compress)
}

// mayIdentify counts a session start. Beyond the limit the token is taken away (gateway.mdx).
func (s *Server) mayIdentify(k *socket) bool {
	g, now := &s.gateway, s.now()
	g.identified = slices.DeleteFunc(g.identified, func(at time.Time) bool { return now.Sub(at) >= identifySpan })
	if len(g.identified) >= s.options.Identifies {
		s.violation("gateway", "more session starts in 24 hours than allowed: the token is reset")
		s.token = "reset"
		s.forget(closeAuthentication)
		s.turnAway(k, closeAuthentication)
		return false
	}
	g.identified = append(g.identified, now)
	return true
}

// ready tells a new session who it is, compressed where the bot asked for it, and of its guilds.
func (s *Server) ready(one *session, compress bool) {
	guilds := make([]map[string]any, 0, len(s.guilds))
	for _, g := range s.guilds {
		guilds = append(guilds, map[string]any{"id": g.id, "unavailable": true})
	}
	raw := s.enter(one, "READY", encode(map[string]any{"v": 10, "user": s.bot.wire(), "guilds": guilds, "session_id": one.id,
		"resume_gateway_url": s.gatewayURL(), "private_channels": []any{},
		"application": map[string]any{"id": ApplicationID, "flags": 0}}))
	first := text(raw)
	if compress {
		first = frame{kind: websocket.BinaryMessage, body: deflate(raw)}
	}
	one.socket.send(first)
	if one.intents&intentGuilds == 0 {
		return
	}
	for _, g := range s.guilds {
		one.socket.send(text(s.enter(one, "GUILD_CREATE", encode(s.guildCreate(g)))))
	}
}

func deflate(raw []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(raw) // into memory
	_ = z.Close()
	return b.Bytes()
}

// resume goes on with a session: what was missed is sent again, in order. A session that is not
// there any more is answered with op 9 and false.
func (s *Server) resume(k *socket, raw json.RawMessage) {
	var d struct {
		Token   string
		Session string `json:"session_id"`
		Seq     int64
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		s.turnAway(k, closeDecode)
		return
	}
	if d.Token != s.token && d.Token != "Bot "+s.token {
		s.turnAway(k, closeAuthentication)
		return
	}
	if k.session != nil {
		s.turnAway(k, closeTwice)
		return
	}
	if s.loginRefused(k) {
		return
	}
	one := s.gateway.sessions[d.Session]
	if one == nil || one.lost(s.now(), s.options.ResumeWindow) {
		delete(s.gateway.sessions, d.Session)
		s.write(Entry{Route: Refused})
		k.send(control(opInvalid, false))
		return
	}
	if d.Seq > one.seq || d.Seq < 0 {
		delete(s.gateway.sessions, d.Session)
		s.turnAway(k, closeSequence)
		return
	}
	if was := one.socket; was != nil { // the bot came back before its old connection was missed
		was.session = nil
		s.shut(was, closeTimedOut)
	}
	one.socket, k.session = k, one
	s.write(Entry{Route: Resumed})
	for _, e := range one.log {
		if e.seq > d.Seq {
			k.send(text(e.raw))
		}
	}
	// What Hold kept back has just been sent again.
	s.gateway.held = slices.DeleteFunc(s.gateway.held, func(h held) bool { return h.to == one })
	k.send(text(s.enter(one, "RESUMED", encode(map[string]any{}))))
}
