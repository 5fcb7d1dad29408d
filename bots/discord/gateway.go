package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"claimline/bots"
)

// How sessions are begun. Discord takes a bot's token away that begins more than a thousand a day
// (events/gateway.mdx); what is left of them is asked for before each.
const (
	sessionsSpared = 20 // not used up: for whoever looks for what is wrong
	failedOpens    = 3  // of one session, before another is begun
	refusedPause   = time.Minute
	heldPause      = time.Second
)

// The library logs through a variable of its package, and what it logs holds tokens and words; once
// is enough, and no race.
var silenceLibrary = sync.OnceFunc(func() {
	discordgo.Logger = func(int, int, string, ...any) {}
})

// entrance is where the gateway is, and how many sessions may still be begun today.
type entrance struct {
	URL   string `json:"url"`
	Start struct {
		Remaining  int   `json:"remaining"`
		ResetAfter int64 `json:"reset_after"` // milliseconds
	} `json:"session_start_limit"`
}

// holder is what holding the gateway remembers between two sessions.
type holder struct {
	*listener
	session *session // that may be resumed; nil for none
	failed  int      // attempts to open it
	trouble bots.Pauses
	said    bots.Class // the failure that was logged last, so that an episode is logged once
}

// hold keeps one session with the gateway, resumed or begun anew, until ctx ends.
func (l *listener) hold(ctx context.Context) {
	h := &holder{listener: l}
	defer h.part()
	for ctx.Err() == nil {
		if !h.Held() {
			h.part()
			sleep(ctx, heldPause)
			continue
		}
		if err := h.connect(ctx); err != nil {
			h.wait(ctx, failureOf(err))
			continue
		}
		h.connected()
		h.session.last(ctx)
		h.lastly.Store(h.last.Load()) // the connection has ended
	}
}

// part ends the session, if there is one.
func (h *holder) part() {
	if h.session != nil {
		h.session.close()
	}
	h.session, h.failed = nil, 0
}

// connect opens the session that is there, or a new one. One that does not open in time is left
// behind, since the library may wait in it for ever.
func (h *holder) connect(ctx context.Context) error {
	where, err := h.entrance(ctx)
	if err != nil {
		return err
	}
	if h.session == nil {
		if where.Start.Remaining < sessionsSpared {
			return &bots.Failure{Class: bots.Throttled, Doing: "begin a session", Wait: time.Duration(where.Start.ResetAfter) * time.Millisecond,
				Note: "as many sessions were begun today as Discord allows"}
		}
		h.session = newSession(h.listener, where.URL)
		h.failed = 0
	}
	err = h.session.open(ctx)
	if err == nil {
		return nil
	}
	if h.failed++; errors.Is(err, errStuck) || h.failed >= failedOpens || ctx.Err() != nil {
		h.session.abandon()
		h.session = nil
	}
	return closedFor(err)
}

// entrance asks where the gateway is.
func (h *holder) entrance(ctx context.Context) (entrance, error) {
	r := request{doing: "find the gateway", method: http.MethodGet, path: "/gateway/bot", bucket: "gateway"}
	raw, err := h.rest.do(ctx, r)
	if err != nil {
		return entrance{}, err
	}
	var where entrance
	if json.Unmarshal(raw, &where) != nil || where.URL == "" {
		return entrance{}, &bots.Failure{Class: bots.Unreachable, Doing: r.doing, Note: "the answer has no address"}
	}
	u, err := url.Parse(where.URL)
	if err != nil || !h.ownGateway(u) {
		return entrance{}, &bots.Failure{Class: bots.Unreachable, Doing: r.doing, Note: "the address is not Discord's"}
	}
	return where, nil
}

// ownGateway lets the token go to Discord's hosts alone: its own, or those that stand in for it.
func (h *holder) ownGateway(u *url.URL) bool {
	api := h.rest.base
	if u.Scheme == "wss" && (u.Hostname() == "gateway.discord.gg" || strings.HasSuffix(u.Hostname(), ".discord.gg")) && api.Scheme == "https" {
		return true
	}
	return u.Hostname() == api.Hostname() && (u.Scheme == "wss" || u.Scheme == "ws" && api.Scheme == "http")
}

// connected notes that all is well.
func (h *holder) connected() {
	if h.said != "" {
		h.log.Info("Discord answers again")
	}
	h.said, h.failed = "", 0
	h.trouble.Reset()
}

// wait says once what is wrong and pauses: as long as Discord asks, else longer each time.
func (h *holder) wait(ctx context.Context, f *bots.Failure) {
	if ctx.Err() != nil {
		return
	}
	pause := max(min(h.trouble.Next(), h.bound.pause), f.Wait)
	if f.Class == bots.Unauthorized {
		pause = refusedPause
	}
	if h.said != f.Class {
		h.said = f.Class
		h.log.Warn(toldOf(f.Class), "failure", f)
	}
	sleep(ctx, pause)
}

func toldOf(c bots.Class) string {
	switch c {
	case bots.Unauthorized:
		return "Discord refuses the token; nothing is received until it is accepted"
	case bots.Throttled:
		return "Discord asks for a pause"
	}
	return "Discord does not answer; trying again"
}

// closedFor classifies why a session did not open. The library's words are dropped.
func closedFor(err error) *bots.Failure {
	f := &bots.Failure{Class: bots.Unreachable, Doing: "open a session"}
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, errStuck):
		f.Note = "it did not move"
	case errors.As(err, &closed):
		f.Status = closed.Code
		switch closed.Code {
		case 4004:
			f.Class = bots.Unauthorized
		case 4010, 4011, 4013, 4014:
			f.Note = "Discord does not accept what the session asks for"
		}
	}
	return f
}

// onlyGateway is the library's way to the API: it asks where the gateway is, and is told what is
// known. Nothing else goes this way.
type onlyGateway struct{ url string }

// RoundTrip implements http.RoundTripper.
func (g onlyGateway) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/gateway") {
		return nil, errNotDialled
	}
	body, _ := json.Marshal(map[string]string{"url": g.url})
	return &http.Response{Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}
