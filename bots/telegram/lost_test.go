package telegram_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"claimline/bots/botstest"
	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
)

// from is an update of a person whose content is as given.
func from(p *fake.Person, content string) string {
	return fmt.Sprintf(`{"update_id":UPDATE_ID,"message":{"message_id":9001,"from":{"id":%d,"is_bot":false,"first_name":"Anna","last_name":"Voorbeeld","language_code":"nl"},`+
		`"chat":{"id":%[1]d,"first_name":"Anna","last_name":"Voorbeeld","type":"private"},"date":1795424400,%[2]s}}`, p.ID(), content)
}

// Whatever cannot be read of what somebody sends, they are told why, once, and asked again; what
// may be the program's fault is kept for whoever mends it.
func TestWhoSendsWhatCannotBeReadIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, content, why string
		parked              bool
	}{
		{"1 MB of words", `"text":"` + strings.Repeat("Voorbeeld ", 120_000) + `"`, intake.TooLong, false},
		{"more than an answer of Telegram may have", `"text":"` + strings.Repeat("Voorbeeld ", 1_800_000) + `"`, intake.Unreadable, true},
		{"a number for words", `"text":5`, intake.Unreadable, true},
		{"a list for a file", `"document":["Voorbeeld"]`, intake.Unreadable, true},
		{"no JSON", `"text":Voorbeeld`, intake.Unreadable, true},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick).start()
			anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
			r.must(anna.Type("a"))
			r.sees(anna, "heard a")
			r.server.Inject(from(anna, c.content))
			r.must(ben.Type("b"))
			r.sees(ben, "heard b")
			r.sees(anna, "lost: "+c.why)
			r.server.Inject(from(anna, c.content)) // Telegram brings it again
			r.must(ben.Type("c"))
			r.sees(ben, "heard c")
			if n := said(anna, "lost: "); n != 1 {
				t.Errorf("told %d times", n)
			}
			i := slices.IndexFunc(r.desk.Handled(), func(e intake.Event) bool { return e.Did == intake.Unread{Why: c.why} })
			if e := r.desk.Handled()[i]; e.Account.ID() != fmt.Sprint(anna.ID()) || e.Locale != "nl" {
				t.Errorf("the event is %+v", e)
			}
			parked := r.store.Parked()
			if c.parked != (len(parked) > 0) || c.parked && (parked[0].Who.ID() != fmt.Sprint(anna.ID()) || !strings.Contains(parked[0].Update, "9001")) {
				t.Errorf("%d are parked: %.200v", len(parked), parked)
			}
		})
	}
}

// A press that cannot be read is answered like any other.
func TestAPressThatCannotBeReadIsAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	r.server.Inject(fmt.Sprintf(`{"update_id":UPDATE_ID,"callback_query":{"id":"77","from":{"id":%d,"is_bot":false},"message":{"message_id":2,"chat":{"id":%[1]d,"type":"private"}},"data":{}}}`, anna.ID()))
	r.sees(anna, "lost: "+intake.Unreadable)
	r.until("the press is answered", func([]fake.Entry) bool { return r.server.Calls("answerCallbackQuery") > 0 })
}

// Of a group nobody is told anything there: what was wrong stands in the log.
func TestInAGroupNothingIsSaidOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	r.server.Inject(`{"update_id":UPDATE_ID,"message":{"message_id":1,"from":{"id":7},"chat":{"id":-100987,"type":"supergroup"},"date":1,"text":5}}`)
	r.tells("update parked, it cannot be read")
	if n := len(r.desk.Handled()); n != 0 || r.store.Parked()[0].Who != "" {
		t.Errorf("%d events, parked %v", n, r.store.Parked())
	}
}

// poisoned is a desk on which the word poison has an effect, and a count of the attempts at it.
func poisoned(r *rig, effect func() error) *atomic.Int32 {
	var tries atomic.Int32
	r.desk = &botstest.Desk{Outbox: r.outbox, Script: func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if s, ok := e.Did.(intake.Said); ok && s.Text == "poison" {
			tries.Add(1)
			if err := effect(); err != nil {
				return intake.Reply{}, nil, err
			}
		}
		return echo(e)
	}}
	return &tries
}

func panics() error { panic("secret words") }

func TestAPoisonousUpdateIsParkedItsSenderIsToldAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		effect func() error
		tries  int32
	}{
		{"it panics", panics, 2},
		{"the store never takes it", func() error { return errors.New("refused") }, 6},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick)
			tries := poisoned(r, c.effect)
			anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
			r.must(anna.Type("a"))
			r.must(anna.Type("poison"))
			r.must(ben.Type("b"))
			r.start()
			r.sees(ben, "heard b")
			talking := make(chan struct{})
			go func() { // so that others are stored while it fails
				defer close(talking)
				for n := 0; said(anna, "lost: ") == 0; n++ {
					_, _ = ben.Type(fmt.Sprint("word ", n))
					if _, err := ben.WaitFor(r.ctx(), fmt.Sprint("heard word ", n)); err != nil {
						return
					}
				}
			}()
			r.sees(anna, "lost: "+intake.Failed)
			<-talking
			r.tells("ALARM")
			r.must(anna.Type("c"))
			r.sees(anna, "heard c")
			if n := tries.Load(); n != c.tries {
				t.Errorf("given up after %d attempts", n)
			}
			parked := r.store.Parked()
			if len(parked) != 1 || parked[0].Who.ID() != fmt.Sprint(anna.ID()) || !strings.Contains(parked[0].Update, "poison") {
				t.Errorf("parked %v", parked)
			}
			r.stop()
			r.start() // the next process is not brought it again
			r.must(anna.Type("d"))
			r.sees(anna, "heard d")
			if n := strings.Count(r.log.String(), "ALARM"); n != 1 || said(anna, "lost: ") != 1 {
				t.Errorf("%d alarms, told %d times", n, said(anna, "lost: "))
			}
		})
	}
}

// Even who cannot be told, because everything of theirs panics, holds up nobody else.
func TestWhoseEveryEventPanicsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
	r.desk = &botstest.Desk{Outbox: r.outbox, Script: func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if e.Account.ID() == fmt.Sprint(anna.ID()) {
			panic("secret words")
		}
		return echo(e)
	}}
	r.start()
	r.must(anna.Type("a"))
	r.must(ben.Type("b"))
	r.sees(ben, "heard b")
	r.tells("cannot be told that it was lost")
	r.tells("update parked, it cannot be handled")
	r.must(ben.Type("c"))
	r.sees(ben, "heard c")
	if parked := r.store.Parked(); len(parked) != 1 {
		t.Errorf("parked %v", parked)
	}
}

// What cannot be kept is not let go of: while the store is away the update comes again.
func TestWhatCannotBeParkedYetComesAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	poisoned(r, panics)
	r.store.FailParking(errors.New("the store is down"))
	anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
	r.must(anna.Type("poison"))
	r.start()
	r.sees(anna, "lost: "+intake.Failed)
	r.must(ben.Type("b"))
	r.sees(ben, "heard b")
	if strings.Contains(r.log.String(), "ALARM") {
		t.Error("it is said to be parked")
	}
	r.store.FailParking(nil)
	r.tells("ALARM")
	if parked := r.store.Parked(); len(parked) != 1 || said(anna, "lost: ") != 1 {
		t.Errorf("parked %v, told %d times", parked, said(anna, "lost: "))
	}
}
