package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
	"claimline/intake"
)

const (
	mostFileBytes = 20 << 20 // what Telegram lets a bot download
	fetchTimeout  = 3 * time.Minute
	fetchAttempts = 8 // over about three minutes; then the person is told and can send the file again
)

// Reason keys of files that were not taken.
const (
	unfitTooBig = "file-too-big"
	unfitGone   = "file-gone"
)

// fetch does one Fetch job: the file goes into custody, and what became of it is an event of its
// own. Nil means that the event is on file.
func (b *Bot) fetch(ctx context.Context, l bots.Letter) error {
	b.typing(ctx, l.Account.ID())
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
	limit := b.FileLimit
	if l.File.Bytes > limit {
		return none, unfitTooBig, nil
	}
	path, unfit, err := b.locate(ctx, l.File.Handle, limit)
	if err != nil || unfit != "" {
		return none, unfit, err
	}
	body, err := b.client.open(ctx, path)
	if err != nil {
		return none, "", err
	}
	defer body.Close()
	within := &bots.Download{From: body, Left: limit}
	stored, err := b.Vault.Put(ctx, l.Keep, l.File.Name, within, limit)
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

// locate asks where a file is.
func (b *Bot) locate(ctx context.Context, handle string, limit int64) (path, unfit string, err error) {
	if err := b.client.gate.Open(ctx, ""); err != nil {
		return "", "", &bots.Failure{Class: bots.Unreachable, Doing: "getFile"}
	}
	r := request{method: "getFile", params: tgbotapi.Params{"file_id": handle}}
	result, seen, err := b.client.raw(ctx, callTimeout, r)
	if err != nil {
		f := b.client.failed(r, seen, err)
		if f.Class == bots.Rejected {
			return "", unfitBy(err), nil
		}
		return "", "", f
	}
	var found struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	if json.Unmarshal(result, &found) != nil || found.Path == "" {
		return "", "", &bots.Failure{Class: bots.Unreachable, Doing: "getFile"}
	}
	if found.Size > limit {
		return "", unfitTooBig, nil
	}
	return found.Path, "", nil
}

func unfitBy(err error) string {
	if strings.Contains(strings.ToLower(err.Error()), "too big") {
		return unfitTooBig
	}
	return unfitGone
}
