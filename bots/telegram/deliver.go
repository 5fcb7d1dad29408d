package telegram

import (
	"context"
	"encoding/json"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
	"claimline/intake"
)

// Deliver implements bots.Platform. A text sent in several parts goes on where it stopped, so that
// no part appears twice because a later one had to wait.
func (b *Bot) Deliver(ctx context.Context, l bots.Letter) (intake.MessageID, error) {
	if l.Do == intake.Fetch {
		return "", b.fetch(ctx, l)
	}
	chat := b.movedTo(l.Account.ID())
	requests, err := outbound(l, chat)
	if err != nil {
		return "", &bots.Failure{Class: bots.Rejected, Doing: string(l.Do), Note: err.Error()}
	}
	sent, _ := b.parts.Get(l.ID)
	var id intake.MessageID
	for i, r := range requests[min(sent, len(requests)-1):] {
		id, err = b.send(ctx, r)
		if err != nil && failureOf(err).Note == noteCaption { // an Edit does not say what its message was
			id, err = b.send(ctx, caption(l, r))
		}
		if err != nil {
			return "", err
		}
		if len(requests) > 1 {
			b.parts.Set(l.ID, sent+i+1)
		}
	}
	b.parts.Forget(l.ID)
	return id, nil
}

// send waits for the limits and makes one call.
func (b *Bot) send(ctx context.Context, r request) (intake.MessageID, error) {
	if !r.counts {
		if err := b.client.gate.Open(ctx, r.chat()); err != nil {
			return "", &bots.Failure{Class: bots.Unreachable, Doing: r.method}
		}
		return b.push(ctx, r)
	}
	answered, err := b.client.gate.Send(ctx, r.chat())
	if err != nil {
		return "", &bots.Failure{Class: bots.Unreachable, Doing: r.method}
	}
	defer answered()
	return b.push(ctx, r)
}

// push makes one call and returns the id of the message that came of it. A chat that has moved is
// noted for the next attempt.
func (b *Bot) push(ctx context.Context, r request) (intake.MessageID, error) {
	result, err := b.client.call(ctx, r)
	if err != nil {
		if f := failureOf(err); f.Class == bots.Moved && f.To != "" {
			b.moved.Set(r.chat(), f.To)
		}
		return "", err
	}
	var sent struct {
		ID int64 `json:"message_id"`
	}
	if json.Unmarshal(result, &sent) != nil || sent.ID == 0 { // deleteMessage answers true
		return intake.MessageID(r.params["message_id"]), nil
	}
	return intake.MessageID(strconv.FormatInt(sent.ID, 10)), nil
}

// movedTo follows a group that became a supergroup.
func (b *Bot) movedTo(chat string) string {
	if to, ok := b.moved.Get(chat); ok {
		return to
	}
	return chat
}

// cry sends the help text past all limits.
func (b *Bot) cry(ctx context.Context, e intake.Event, m intake.Message) error {
	requests, err := say(m, e.Account.ID())
	if err != nil {
		return &bots.Failure{Class: bots.Rejected, Doing: "danger"}
	}
	for _, r := range requests {
		if _, err := b.push(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// sayAtOnce sends what is not kept, for example the answer in a group. It is not tried again.
func (b *Bot) sayAtOnce(ctx context.Context, chat string, m intake.Message) {
	requests, err := say(m, b.movedTo(chat))
	if err != nil {
		return
	}
	for _, r := range requests {
		if _, err := b.send(ctx, r); err != nil {
			b.log.Info("said in passing and not delivered", "failure", err)
			return
		}
	}
}

// answer ends the waiting sign on a pressed button, with a few words where there are any. Telegram
// forgets a press within seconds, so a failure is the end of it.
func (b *Bot) answer(ctx context.Context, query, toast string) {
	p := tgbotapi.Params{"callback_query_id": query}
	p.AddNonEmpty("text", shorten(toast, mostToast))
	if err := b.client.gate.Open(ctx, ""); err != nil {
		return
	}
	if _, err := b.client.call(ctx, request{method: "answerCallbackQuery", params: p}); err != nil {
		if f := failureOf(err); f.Class != bots.Stale {
			b.log.Info("press not answered", "failure", f)
		}
	}
}

// typing shows that something is being done. It is left out where calls are forbidden.
func (b *Bot) typing(ctx context.Context, chat string) {
	if chat == "" || b.client.gate.Closed(chat) > 0 {
		return
	}
	p := tgbotapi.Params{"chat_id": chat, "action": "typing"}
	_, _ = b.client.call(ctx, request{method: "sendChatAction", params: p})
}

// failureOf is the failure that every error of the client is.
func failureOf(err error) *bots.Failure {
	if f, ok := err.(*bots.Failure); ok {
		return f
	}
	return &bots.Failure{Class: bots.Unreachable}
}
