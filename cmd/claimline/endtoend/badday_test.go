package endtoend

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/leaks"
	"claimline/storage/testdb"
)

// onSQLite installs and starts a program for tests in which the database does not matter.
func onSQLite(t *testing.T) *installation {
	t.Helper()
	in := install(t, testdb.SQLite, newClock(t, t.TempDir(), time.Now(), 1), usual())
	in.move("open")
	return in
}

// told waits until the log holds some words. A file rings no bell.
func (in *installation) told(words string) {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		text, err := os.ReadFile(in.log())
		if err != nil {
			in.Fatal(err)
		}
		if strings.Contains(string(text), words) {
			return
		}
		select {
		case <-ctx.Done():
			in.Fatalf("the log does not hold %q", words)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// times counts how often a person was sent some words, whatever became of the messages.
func (p *person) times(words string) int {
	n := 0
	for _, e := range p.telegram.History() {
		if e.Method == "sendMessage" && e.Done && e.Params["chat_id"] == p.account.ID() && strings.Contains(e.Params["text"], words) {
			n++
		}
	}
	return n
}

// A token that Telegram refuses is told in words, once, and never written down; nothing is lost.
func TestARefusedToken(t *testing.T) {
	t.Parallel()
	in := onSQLite(t)
	in.telegram.SetToken("123456:another")
	in.start()
	in.told("refuses the token")
	p := in.meet(t, "refused", "en")
	m, err := p.chat.Start("")
	if err != nil {
		t.Fatal(err)
	}
	in.stop() // it would try again after a minute
	in.telegram.SetToken(token)
	in.start()
	p.settle(messageAct(m.ID))
	if n := p.times("Hello. This is"); n != 1 {
		t.Errorf("greeted %d times", n)
	}
	for _, found := range leaks.Search(in.places(t), []string{token, strings.Split(token, ":")[1]}) {
		t.Errorf("found %s", found)
	}
}

// While another program polls for the same bot this one waits, and goes on where it was.
func TestASecondPoller(t *testing.T) {
	t.Parallel()
	in := onSQLite(t)
	end := in.telegram.Fail(fake.Fault{Method: "getUpdates", Times: -1, Status: 409, Body: `{"ok":false,"error_code":409,` +
		`"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}`})
	in.start()
	in.told("somebody else receives this bot's updates")
	p := in.meet(t, "conflict", "nl")
	m, err := p.chat.Start("")
	if err != nil {
		t.Fatal(err)
	}
	end()
	p.settle(messageAct(m.ID))
	if n := p.times("Hallo. Dit is"); n != 1 {
		t.Errorf("greeted %d times", n)
	}
}

// What cannot be read of what somebody sends is told with the question, and kept sealed where it may
// be the program's fault.
func TestWhatCannotBeTaken(t *testing.T) {
	t.Parallel()
	in := onSQLite(t)
	in.start()
	p := in.meet(t, "lost", "nl")
	p.Say("/start")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, c := range []struct{ content, reason string }{
		{`"` + strings.Repeat("kanarie ", 150_000) + `"`, "te lang voor mij"},
		{`["kanarie"]`, "hooguit 14 dagen achter slot"},
	} {
		in.telegram.Inject(fmt.Sprintf(`{"update_id":UPDATE_ID,"message":{"message_id":9001,"from":{"id":%s,"is_bot":false,"language_code":"nl"},`+
			`"chat":{"id":%[1]s,"type":"private"},"date":%[2]d,"edit_date":%[3]d,"text":%[4]s}}`, p.account.ID(), in.clock.now().Unix(), len(c.reason), c.content))
		m, err := p.chat.WaitFor(ctx, c.reason)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Text, "aanmeldbot") {
			t.Errorf("without the question: %s", m.Text)
		}
	}
	p.Press("Beginnen", false)
	if n, err := in.store.CountParked(ctx); n != 1 || err != nil {
		t.Errorf("%d are parked (%v)", n, err)
	}
	if said := in.command("doctor", "--parked", "--reason", "test"); !strings.Contains(said, "kanarie") {
		t.Errorf("what is parked reads %s", said)
	}
	for _, found := range leaks.Search(in.places(t), []string{"kanarie"}) {
		t.Errorf("found %s", found)
	}
}

// After an absence in which Telegram forgets presses, everybody who was in the middle of something
// gets the current question once more, exactly once, and who was not is left alone.
func TestAnAbsence(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), usual())
		in.move("open")
		in.start()
		midway, erased := in.meet(t, "midway", "en"), in.meet(t, "erased", "en")
		for _, p := range []*person{midway, erased} {
			p.Say("/start")
			p.Press("Start", false)
			p.Press("I have read this", false)
		}
		erased.Say("/cancel")
		erased.Press("Yes, erase everything", false)

		const question = "For whom are you here?"
		before := midway.times(question)
		in.stop()
		if _, err := midway.chat.Press("My child or children"); err != nil {
			t.Fatal(err)
		}
		in.clock.advance(200 * time.Second) // and the press is forgotten
		in.start()
		in.backAgain(context.Background())
		midway.caughtUp()
		if n := midway.times(question); n != before+1 {
			t.Errorf("the question was shown %d times more, want once:\n%s", n-before, midway.chat.Chat())
		}
		in.stop() // a second start soon after asks nobody again
		in.start()
		in.backAgain(context.Background())
		midway.Press("My child or children", false)
		if n := midway.times(question); n != before+1 {
			t.Errorf("the question was shown %d times more, want once", n-before)
		}
		if !strings.HasPrefix(midway.Question(), "tt.country") {
			t.Errorf("then %s is asked", midway.Question())
		}
		if n := erased.times(question); n != 1 {
			t.Errorf("who had erased everything was asked again")
		}
	})
}
