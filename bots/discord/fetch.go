package discord

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"claimline/bots"
	"claimline/intake"
)

const (
	mostFileBytes = 25 << 20
	fetchTimeout  = 3 * time.Minute
	fetchAttempts = 8 // over about three minutes; then the person is told and can send the file again
)

// Reason keys of files that were not taken.
const (
	unfitTooBig = "file-too-big"
	unfitGone   = "file-gone"
)

// cdn downloads files. Their addresses come with messages, so only Discord's own hosts are asked,
// and the token is not sent there.
type cdn struct {
	http  *http.Client
	hosts []string // host:port
	plain string   // the one that may be asked without encryption: an API on the loopback interface
}

func newCDN(api *url.URL) *cdn {
	c := &cdn{hosts: []string{"cdn.discordapp.com:443", "media.discordapp.net:443", hostPort(api)}}
	if api.Scheme == "http" {
		c.plain = hostPort(api)
	}
	c.http = httpClient(c.hosts...)
	return c
}

// allowed reports whether an address is one of Discord's.
func (c *cdn) allowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	host := hostPort(u)
	return slices.Contains(c.hosts, host) && (u.Scheme == "https" || host == c.plain)
}

// open begins a download; status is 0 where there was no answer.
func (c *cdn) open(ctx context.Context, address string) (body io.ReadCloser, status int) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0
	}
	req.Header.Set("User-Agent", agent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, 0
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, resp.StatusCode
	}
	return resp.Body, resp.StatusCode
}

// fetch does one Fetch job: the file goes into custody, and what became of it is an event of its
// own. Nil means that the event is on file.
func (b *Bot) fetch(ctx context.Context, l bots.Letter) error {
	limited, cancel := context.WithTimeout(ctx, fetchTimeout)
	stored, unfit, err := b.download(limited, l)
	cancel()
	if err != nil && l.Attempts+1 >= fetchAttempts && ctx.Err() == nil && failureOf(err).Class != bots.Conflict {
		b.log.Warn("file given up", "outgoing", l.ID, "failure", err)
		unfit, err = unfitGone, nil
	}
	if err != nil {
		return err
	}
	_, err = b.Desk.Handle(ctx, intake.Event{
		Account:  l.Account,
		Identity: identity("fetched", l.ID),
		At:       b.Now(),
		Did:      intake.Fetched{Job: l.ID, Conversation: l.Conversation, Stored: stored, Unfit: unfit},
	})
	if err != nil {
		b.log.Warn("fetched file not noted yet", "outgoing", l.ID, "error", err)
		return &bots.Failure{Class: bots.Unreachable, Doing: "fetch"}
	}
	return nil
}

// download brings a file into custody, or finds the reason why it never will be.
func (b *Bot) download(ctx context.Context, l bots.Letter) (intake.StoredFile, string, error) {
	none := intake.StoredFile{}
	if l.File.Bytes > b.FileLimit {
		return none, unfitTooBig, nil
	}
	body, unfit, err := b.locate(ctx, l.File.Handle)
	if err != nil || unfit != "" {
		return none, unfit, err
	}
	defer body.Close()
	within := &bots.Download{From: body, Left: b.FileLimit}
	stored, err := b.Vault.Put(ctx, l.Keep, l.File.Name, within, b.FileLimit)
	var refused interface{ Unfit() string }
	switch {
	case within.Over():
		return none, unfitTooBig, nil
	case errors.As(err, &refused):
		return none, refused.Unfit(), nil
	case err != nil:
		b.log.Warn("file not in custody yet", "outgoing", l.ID, "error", within.Scrub(err))
		return none, "", &bots.Failure{Class: bots.Unreachable, Doing: "download"}
	}
	return stored, "", nil
}

// locate opens a file by its address, or where that has expired by the one that its message has now.
func (b *Bot) locate(ctx context.Context, handle string) (io.ReadCloser, string, error) {
	if !b.Held() {
		return nil, "", &bots.Failure{Class: bots.Conflict, Doing: "download"}
	}
	parts := strings.SplitN(handle, " ", 4)
	if len(parts) != 4 {
		return nil, unfitGone, nil
	}
	address := parts[3]
	for range 2 {
		status := http.StatusNotFound
		if b.cdn.allowed(address) {
			var body io.ReadCloser
			if body, status = b.cdn.open(ctx, address); body != nil {
				return body, "", nil
			}
		}
		switch status {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		default:
			return nil, "", &bots.Failure{Class: bots.Unreachable, Doing: "download", Status: status}
		}
		fresh, unfit, err := b.freshAddress(ctx, parts[0], parts[1], parts[2])
		if err != nil || unfit != "" {
			return nil, unfit, err
		}
		address = fresh
	}
	return nil, unfitGone, nil
}

// freshAddress asks for a message again: the addresses of files in it are signed anew.
func (b *Bot) freshAddress(ctx context.Context, channel, id, file string) (address, unfit string, err error) {
	path, err := messagePath(channel, intake.MessageID(id))
	if err != nil || idIn(json.RawMessage(`"`+channel+`"`)) == "" {
		return "", unfitGone, nil
	}
	raw, err := b.rest.do(ctx, request{doing: "get message", method: http.MethodGet, path: path, bucket: "get " + channel})
	if err != nil {
		switch failureOf(err).Class {
		case bots.Stale, bots.Gone, bots.Rejected:
			return "", unfitGone, nil
		}
		return "", "", err
	}
	var m message
	if json.Unmarshal(raw, &m) != nil {
		return "", "", &bots.Failure{Class: bots.Unreachable, Doing: "get message"}
	}
	for _, f := range m.Files {
		if string(f.ID) == file && b.cdn.allowed(f.URL) {
			return f.URL, "", nil
		}
	}
	return "", unfitGone, nil
}
