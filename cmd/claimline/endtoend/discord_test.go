package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"claimline/bots/botstest"
	fake "claimline/bots/fakes/discord"
	"claimline/cmd/rehearse/people"
	"claimline/intake"
)

// user is somebody with Discord, who talks in a direct message: the part of a story that Discord may
// carry. With closed direct messages they talk in a server's channel, in messages that only they see.
type user struct {
	somebody
	chat  *fake.Person
	room  *fake.Member // where they talk
	sent  uint8        // documents, each another one
	shown map[string]bool
	forms []*fake.Message // every form in which a message of the bot was seen, oldest first
}

var _ botstest.Chat = (*user)(nil)

// enter makes a user. Their words to the program come from the story; seed only makes their id.
func (in *installation) enter(t testing.TB, seed, locale string) *user {
	t.Helper()
	profile := fake.Profile{Username: "canary_" + strings.ReplaceAll(seed, "-", "_"), Name: "Canaryfirst Canarylast", Locale: locale}
	chat := in.discord.Person(seed, profile)
	account := intake.Account("discord:" + chat.ID())
	return &user{somebody: in.somebody(t, account, locale), chat: chat, room: &chat.Member, shown: map[string]bool{}}
}

// connected waits until the program that was started last has its session and its commands: before
// that Discord refuses what people press.
func (in *installation) connected() {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := in.discord.Wait(ctx, func([]fake.Entry) bool {
		return in.discord.Calls(fake.Identified) > in.sessions && in.discord.Calls(fake.SetCommands) > 0
	})
	if err != nil {
		in.Fatalf("the program did not come to Discord: %v", err)
	}
}

// heardFrom is where the program keeps up to which id, and until when, it has handled what it heard.
const heardFrom = "discord.heard"

// wasHeard makes the program believe that it was connected until now, Unix seconds.
func (in *installation) wasHeard(now string) {
	in.Helper()
	text, err := in.store.Setting(context.Background(), heardFrom)
	if err != nil {
		in.Fatal(err)
	}
	if id, _, ok := strings.Cut(text, " "); ok {
		if err := in.store.SetSetting(context.Background(), heardFrom, id+" "+now); err != nil {
			in.Fatal(err)
		}
	}
}

// madeUp waits until the program has asked everybody again who may have pressed in vain: only then it
// notes that it heard anything.
func (in *installation) madeUp() {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		text, err := in.store.Setting(ctx, heardFrom)
		_, at, _ := strings.Cut(text, " ")
		seconds, _ := strconv.ParseInt(at, 10, 64)
		switch {
		case err != nil:
			in.Fatalf("the program did not come back: %v", err)
		case !time.Unix(seconds, 0).Before(in.started.Truncate(time.Second)):
			return
		}
		time.Sleep(20 * time.Millisecond) // a database rings no bell
	}
}

// trace changes with every turn about the person that is on file.
func (u *user) trace(ctx context.Context) string {
	u.Helper()
	if u.box == nil {
		u.findBox(ctx)
	}
	if u.box == nil {
		return ""
	}
	rows, err := u.db.QueryContext(ctx, "SELECT c.id, c.touched, c.out_seq FROM accounts a JOIN conversations c ON c.id = a.conversation WHERE a.address = "+u.bytes(u.box))
	if err != nil {
		u.Fatalf("looking for turns: %v", err)
	}
	defer rows.Close()
	trace := ""
	for rows.Next() {
		var id string
		var touched, said int64
		if err := rows.Scan(&id, &touched, &said); err != nil {
			u.Fatal(err)
		}
		trace = fmt.Sprint(id, " ", touched, " ", said)
	}
	return trace
}

// do does something, and waits until the turn that it causes is on file and everything was said.
func (u *user) do(what func() error) {
	u.Helper()
	ctx, cancel := u.bounded()
	defer cancel()
	time.Sleep(glance) // or they would seem not to have read what they answer
	before := u.trace(ctx)
	if err := what(); err != nil {
		u.Fatalf("%v; the chat shows:\n%s", err, u.room.Chat())
	}
	for u.trace(ctx) == before {
		select {
		case <-ctx.Done():
			u.Fatalf("nothing came of it; the chat shows:\n%s", u.room.Chat())
		case <-time.After(10 * time.Millisecond): // a database rings no bell
		}
	}
	u.said(ctx)
}

// press does something that Discord wants an answer to, and waits for that as well.
func (u *user) press(what func() (*fake.Press, error)) {
	u.Helper()
	var press *fake.Press
	u.do(func() (err error) { press, err = what(); return err })
	ctx, cancel := u.bounded()
	defer cancel()
	c, err := u.room.Wait(ctx, func(c fake.Chat) bool {
		return !slices.ContainsFunc(c.Presses, func(p fake.Press) bool { return p.ID == press.ID && p.Waiting })
	})
	if err != nil {
		u.Fatal(err)
	}
	for _, p := range c.Presses {
		if p.ID == press.ID && p.Failed != "" {
			u.Errorf("a press was answered %q", p.Failed)
		}
	}
}

// Say runs a command where it is one of the bot's, and types everything else.
func (u *user) Say(text string) {
	u.Helper()
	name, isCommand := strings.CutPrefix(text, "/")
	switch from, begins := strings.CutPrefix(text, "/start"); {
	case begins:
		u.begin(strings.TrimSpace(from))
	case isCommand && u.offers(name):
		u.run(name)
	case u.hidden():
		u.sayHidden(text)
	default:
		u.typed(text)
	}
	u.helped(intake.Said{Text: text})
}

func (u *user) run(name string) {
	u.Helper()
	u.press(func() (*fake.Press, error) { return u.room.Run(name) })
}

func (u *user) typed(text string) {
	u.Helper()
	u.do(func() error { _, err := u.room.Type(text); return err })
}

// begin runs /register. Discord's links into a chat carry nothing, so that only somebody who types it
// can ask for another claim than the first, or say where they come from.
func (u *user) begin(from string) {
	u.Helper()
	stranger := u.box == nil
	if stranger || from == "" || u.hidden() {
		u.run("register")
	}
	if from != "" && !u.hidden() && (!stranger || !strings.HasPrefix(from, tiktok)) {
		u.typed("/start " + from)
	}
}

// offers reports whether the client lists a command.
func (u *user) offers(name string) bool {
	return slices.ContainsFunc(u.room.Commands(), func(c fake.Command) bool { return c.Name == name })
}

// helped waits for help, where it was called for.
func (u *user) helped(did intake.Did) {
	u.Helper()
	beginning, asked := u.helpFor(did)
	if !asked {
		return
	}
	ctx, cancel := u.bounded()
	defer cancel()
	_, err := u.room.Wait(ctx, func(c fake.Chat) bool {
		return slices.ContainsFunc(c.New(), func(m *fake.Message) bool { return strings.Contains(people.Unmarked(m.Text), beginning) })
	})
	if err != nil {
		u.Errorf("a cry for help was not answered: %v", err)
	}
}

// wire tells the bot of a message of a kind that the fake's people cannot write.
func (u *user) wire(fields map[string]any) {
	u.Helper()
	const epoch, shift = 1420070400000, 22
	now := u.clock.now()
	fields["id"] = strconv.FormatInt((now.UnixMilli()-epoch)<<shift, 10)
	fields["channel_id"], fields["timestamp"], fields["type"] = u.room.ChannelID(), now.UTC().Format(time.RFC3339Nano), 0
	fields["author"] = map[string]any{"id": u.chat.ID(), "username": "canary"}
	raw, err := json.Marshal(fields)
	if err != nil {
		u.Fatal(err)
	}
	u.do(func() error { return u.discord.Dispatch("MESSAGE_CREATE", string(raw)) })
}

// Forward passes on what somebody else wrote.
func (u *user) Forward(text string) {
	u.wire(map[string]any{"message_reference": map[string]any{"type": 1},
		"message_snapshots": []any{map[string]any{"message": map[string]any{"content": text}}}})
}

// Give sends what Discord has besides words and files.
func (u *user) Give(what string) {
	u.Helper()
	kinds := map[string]map[string]any{
		"voice":   {"flags": 1 << 13, "attachments": []any{map[string]any{"id": "1", "filename": "voice-message.ogg"}}},
		"sticker": {"sticker_items": []any{map[string]any{"id": "1", "name": "canary", "format_type": 1}}},
		"poll":    {"poll": map[string]any{"question": map[string]any{"text": "canary"}}},
	}
	fields, ok := kinds[what]
	if !ok {
		u.Fatalf("nobody on Discord can give %q", what)
	}
	u.wire(fields)
}

// Edit changes the last thing that the person has typed.
func (u *user) Edit(text string) {
	u.Helper()
	for _, m := range slices.Backward(u.room.Chat().Messages) {
		if !m.Bot {
			u.do(func() error { _, err := u.room.Edit(m.ID, text); return err })
			return
		}
	}
	u.Fatal("there is no message to edit")
}

// Send sends a file in the chat.
func (u *user) Send(kind string) {
	u.Helper()
	name, body := u.attach(kind)
	f := fake.File{Name: name, Type: "image/jpeg", Body: body}
	u.do(func() error { _, err := u.room.SendFiles("", f); return err })
}

// attach makes a file; each document is another one, and a huge one is more than the page takes.
func (u *user) attach(kind string) (name string, body []byte) {
	u.sent++
	f := picture("canary"+kind, u.sent)
	if kind == "huge" {
		f.Body = append(f.Body, make([]byte, intake.MaxPageFileBytes)...)
	}
	return f.Name, f.Body
}

func (u *user) Press(label string, late bool) {
	u.Helper()
	m, c := u.find(label, late)
	switch {
	case m == nil:
		u.Errorf("there is no button %q; there are %q", label, u.Labels())
		return
	case c.URL != "":
		return // it opens a page
	case c.Options != nil:
		u.press(func() (*fake.Press, error) { return u.room.Choose(label) })
	case late:
		u.pressLate(m, c)
	default:
		u.press(func() (*fake.Press, error) { return u.room.Press(label) })
	}
	u.helped(intake.Pressed{Button: c.CustomID})
}

// pressLate presses what the person's client still shows. Where Discord knows already that the
// button is gone it is as if the press had been on its way then.
func (u *user) pressLate(m *fake.Message, c fake.Component) {
	u.Helper()
	for _, now := range u.room.Chat().Messages {
		if now.ID == m.ID && slices.Contains(now.Labels(), c.Label) {
			u.press(func() (*fake.Press, error) { return u.room.PressOld(now, c.Label) })
			return
		}
	}
	u.press(func() (*fake.Press, error) { return u.room.PressData(c.CustomID) })
}

// find looks for the newest button, or line of a menu, with a label; a late one is on a form of a
// message that is to be seen no more, or on another message than the last with buttons.
func (u *user) find(label string, late bool) (*fake.Message, fake.Component) {
	u.look()
	visible := u.room.Chat().Messages
	if late {
		last := u.asking()
		visible = slices.DeleteFunc(slices.Clone(u.forms), func(m *fake.Message) bool { return m == last })
	}
	for _, m := range slices.Backward(visible) {
		for _, c := range slices.Concat(m.Rows...) {
			line := slices.ContainsFunc(c.Options, func(o fake.Option) bool { return o.Label == label })
			if m.Bot && (c.Label == label || line) {
				return m, c
			}
		}
	}
	return nil, fake.Component{}
}

// Away lets the program be away for longer than it can tell what it missed.
func (u *user) Away() {
	u.Helper()
	u.away(200 * time.Second)
	u.connected()
	u.madeUp()
	ctx, cancel := u.bounded()
	defer cancel()
	u.said(ctx)
}

// Wait lets time pass.
func (u *user) Wait(d time.Duration) {
	u.Helper()
	u.pass(d)
	u.connected()
}

// look takes in what is to be seen, and returns the texts that are new. What only this person sees is
// one message whose words change.
func (u *user) look() []string {
	var texts []string
	for _, m := range u.room.Chat().Messages {
		if !m.Bot || m.Thinking {
			continue
		}
		if !slices.Contains(u.forms, m) {
			u.forms = append(u.forms, m)
		}
		seen := m.ID
		if m.Ephemeral {
			seen += m.Text
		}
		if !u.shown[seen] {
			u.shown[seen] = true
			texts = append(texts, displayed(m))
		}
	}
	return texts
}

func displayed(m *fake.Message) string {
	text := people.Unmarked(m.Text)
	for _, f := range m.Files {
		text = strings.TrimSpace(text + "\n📎 " + f.Name)
	}
	return text
}

// Seen is what is new when everything was said, also what was done on the page has caused.
func (u *user) Seen() []string {
	u.Helper()
	ctx, cancel := u.bounded()
	defer cancel()
	u.said(ctx)
	return u.look()
}

// asking is the last message with buttons.
func (u *user) asking() *fake.Message {
	for _, m := range slices.Backward(u.room.Chat().Messages) {
		if m.Bot && len(m.Rows) > 0 {
			return m
		}
	}
	return nil
}

func (u *user) Labels() []string {
	if m := u.asking(); m != nil {
		return m.Labels()
	}
	return nil
}

// Link implements botstest.Chat.
func (u *user) Link() string {
	if m := u.asking(); m != nil && strings.HasPrefix(m.Rows[0][0].URL, u.public) {
		return m.Rows[0][0].URL
	}
	return ""
}

// hidden reports whether the person talks where only they see it.
func (u *user) hidden() bool { return u.room != &u.chat.Member }

// writable reports whether a form for words can be opened.
func writable(c fake.Chat) bool {
	return slices.ContainsFunc(c.Messages, func(m *fake.Message) bool {
		return slices.ContainsFunc(m.Labels(), func(label string) bool { return strings.Contains(label, "✎") })
	})
}

// sayHidden says something where nothing can be typed: through a form, or by the button that the
// words name.
func (u *user) sayHidden(text string) {
	u.Helper()
	for i, label := range u.Labels() {
		if strings.EqualFold(label, text) || strconv.Itoa(i+1) == text {
			u.Press(label, false)
			return
		}
	}
	ctx, cancel := u.bounded()
	defer cancel()
	// What only the person sees hangs on their press, and may be a moment behind what is on file.
	if _, err := u.room.Wait(ctx, writable); err != nil {
		u.Fatalf("there is nothing to write %q with: %v", text, err)
	}
	if _, err := u.room.Press("✎"); err != nil {
		u.Fatal(err)
	}
	if _, err := u.room.WaitModal(ctx); err != nil {
		u.Fatal(err)
	}
	u.press(func() (*fake.Press, error) { return u.room.Submit(text) })
}
