package telegram_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/intake/wording"
)

func TestInAGroupTheBotOnlySaysToWritePrivately(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	group, err := r.server.Group("Ouders", anna)
	r.must(group, err)
	r.must(group.Member(anna).Type("/start"))
	if _, err := group.WaitFor(r.ctx(), "Write to me privately."); err != nil {
		t.Fatal(err)
	}
	bigger := group.Upgrade(anna)
	r.must(bigger.Member(anna).Type("/start"))
	if _, err := bigger.WaitFor(r.ctx(), "Write to me privately."); err != nil {
		t.Fatal(err)
	}
	for _, e := range r.desk.Handled() {
		if !e.Group {
			t.Errorf("not told as a group: %T", e.Did)
		}
	}
}

func TestAMessageFollowsAGroupToItsNewID(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	anna := r.server.Person("anna", fake.Profile{})
	group, err := r.server.Group("Ouders", anna)
	r.must(group, err)
	bigger := group.Upgrade(anna)
	r.outbox.Put(intake.Outgoing{ID: "card", Account: intake.Account("telegram:" + strconv.FormatInt(group.ChatID(), 10)),
		Do: intake.Say, Body: intake.Message{Text: wording.Say("a case")}})
	r.start()
	if _, err := bigger.WaitFor(r.ctx(), "a case"); err != nil {
		t.Fatal(err)
	}
}

// odd refuses every file, as a vault does that looks at the content.
type odd struct{ error }

func (odd) Unfit() string { return "file-type" }

func TestFiles(t *testing.T) {
	t.Parallel()
	const limit = 2000
	for _, c := range []struct {
		label string
		bytes int
		fault fake.Fault
		vault error
		want  string
	}{
		{"stored", 1500, fake.Fault{}, nil, "stored 1500 bytes"},
		{"exactly as long as allowed", limit, fake.Fault{}, nil, "stored 2000 bytes"},
		{"a byte too long", limit + 1, fake.Fault{}, nil, "unfit: file-too-big"},
		{"too long for Telegram", 100, fake.Fault{Method: "getFile", Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}`}, nil, "unfit: file-too-big"},
		{"gone", 100, fake.Fault{Method: "getFile", Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: wrong file_id or the file is temporarily unavailable"}`}, nil, "unfit: file-gone"},
		{"refused by its content", 100, fake.Fault{}, odd{errors.New("a program")}, "unfit: file-type"},
		{"Telegram is ill once", 100, fake.Fault{Method: "getFile", Status: 502, HTML: true, Body: "<html>"}, nil, "stored 100 bytes"},
		{"the download is refused once", 100, fake.Fault{Method: "download", Status: 500}, nil, "stored 100 bytes"},
		{"the download is cut off once", 1500, fake.Fault{Method: "download", Cut: fake.CutMiddle}, nil, "stored 1500 bytes"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick)
			r.config.FileLimit = limit
			r.store.Refuse = c.vault
			if c.fault.Method != "" {
				defer r.server.Fail(c.fault)()
			}
			r.start()
			anna := r.server.Person("anna", fake.Profile{})
			body := bytes.Repeat([]byte("x"), c.bytes)
			r.must(anna.SendDocument(fake.File{Name: "brief.pdf", Type: "application/pdf", Body: body}, ""))
			r.sees(anna, c.want)
			if said(anna, "fetching brief.pdf") != 1 {
				t.Error("the prompt beside the file did not come once")
			}
			for _, stored := range r.store.Files {
				if !bytes.Equal(stored, body) {
					t.Error("other bytes were stored")
				}
			}
		})
	}
}

func TestWhatIsNoAnswerIsAnsweredToo(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	for _, thing := range []fake.Thing{fake.Voice, fake.VideoNote, fake.Sticker, fake.Location, fake.Venue, fake.Poll, fake.Contact, fake.Dice} {
		r.must(anna.Send(thing))
		r.sees(anna, "cannot use that")
	}
	r.must(anna.TypeJSON(`"half a \ud83d pair"`))
	r.sees(anna, "heard half a")
	last := r.desk.Handled()[len(r.desk.Handled())-1]
	if s, ok := last.Did.(intake.Said); !ok || !s.Damaged {
		t.Errorf("a lone surrogate arrived as %+v", last.Did)
	}
}

func TestAfterAnAbsencePeopleInTheMiddleAreAskedOnceMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		away   time.Duration
		expect int
	}{{"ten minutes", 10 * time.Minute, 1}, {"two minutes", 2 * time.Minute, 0}} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick)
			anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
			for _, p := range []*fake.Person{anna, ben} {
				r.must(p.Start(""))
				r.store.Open = append(r.store.Open, intake.Account("telegram:"+strconv.FormatInt(p.ID(), 10)))
			}
			r.start()
			r.sees(anna, "heard /start")
			r.sees(ben, "heard /start")
			r.polls() // what is not confirmed is brought again, and would be of now
			r.stop()

			// While nobody polls, Ben types. Anna's press was forgotten by Telegram.
			r.must(nil, r.store.SetSetting(r.ctx(), "telegram.last-poll", strconv.FormatInt(time.Now().Add(-c.away).Unix(), 10)))
			r.must(ben.Type("b"))
			for range 2 { // and a second start soon after tells nobody again
				r.start()
				r.sees(ben, "heard b")
				if c.expect > 0 {
					r.sees(anna, "once more")
				}
				r.polls()
				r.stop()
			}
			if got := said(anna, "once more"); got != c.expect {
				t.Errorf("Anna was asked %d times once more, want %d", got, c.expect)
			}
			if got := said(ben, "once more"); got != 0 {
				t.Errorf("Ben, who has a fresh question, was asked %d times once more", got)
			}
		})
	}
}

func TestTheMenuOfCommandsIsInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	err := r.bot.SetCommands(r.ctx(), []intake.CommandName{
		{Language: "en", Name: "help", Description: "Help"}, {Language: "nl", Name: "help", Description: "Hulp"},
		{Language: "nl", Name: "status", Description: "Hoe het ervoor staat"}}, "en")
	r.must(nil, err)
	for lang, want := range map[string]string{"nl": "Hulp, Hoe het ervoor staat", "en": "Help", "fr": "Help"} {
		var got []string
		for _, c := range r.server.Person(lang, fake.Profile{Language: lang}).Menu() {
			got = append(got, c.Description)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %v, want %s", lang, got, want)
		}
	}
}

func TestASlowTurnShowsThatSomethingIsDone(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("quick"))
	r.sees(anna, "heard quick")
	if n := anna.Chat().Actions; n != 0 {
		t.Errorf("typing was shown %d times in a quick turn", n)
	}
	r.desk.Script = func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		_, err := anna.Wait(r.ctx(), func(c fake.Chat) bool { return c.Actions == 1 })
		r.must(nil, err)
		return echo(e)
	}
	r.must(anna.Type("slow"))
	r.sees(anna, "heard slow")
}
