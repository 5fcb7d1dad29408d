package discord_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
	"claimline/intake/wording"
)

// odd refuses every file, as a vault does that looks at the content.
type odd struct{ error }

func (odd) Unfit() string { return "file-type" }

func TestFiles(t *testing.T) {
	t.Parallel()
	const limit = 2000
	for _, c := range []struct {
		label string
		bytes int
		claim int64
		fault fake.Fault
		vault error
		want  string
	}{
		{"stored", 1500, 0, fake.Fault{}, nil, "stored 1500 bytes"},
		{"exactly as long as allowed", limit, 0, fake.Fault{}, nil, "stored 2000 bytes"},
		{"a byte too long", limit + 1, 0, fake.Fault{}, nil, "unfit: file-too-big"},
		{"longer than it says", limit + 1, 5, fake.Fault{}, nil, "unfit: file-too-big"},
		{"refused by its content", 100, 0, fake.Fault{}, odd{errors.New("a program")}, "unfit: file-type"},
		{"the download is refused once", 100, 0, fake.Fault{Route: fake.Download, Status: 500}, nil, "stored 100 bytes"},
		{"the download is cut off once", 1500, 0, fake.Fault{Route: fake.Download, Cut: fake.CutMiddle}, nil, "stored 1500 bytes"},
		{"gone", 100, 0, fake.Fault{Route: fake.Download, Status: 404, Times: -1}, nil, "unfit: file-gone"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{})
			r.config.FileLimit = limit
			r.store.Refuse = c.vault
			if c.fault.Route != "" {
				defer r.server.Fail(c.fault)()
			}
			r.start()
			anna := r.server.Person("anna", fake.Profile{})
			body := bytes.Repeat([]byte("x"), c.bytes)
			r.must(anna.SendFiles("", fake.File{Name: "brief.pdf", Type: "application/pdf", Body: body, Size: c.claim}))
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

func TestAFileWhoseLinkHasExpiredIsFoundAgain(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	r := newRig(t, fake.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	var sent intake.Sent
	r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if did, ok := e.Did.(intake.Sent); ok {
			sent = did
			return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: plain("later")}}, nil
		}
		return echo(e)
	})
	r.start()
	anna := r.server.Person("anna", fake.Profile{})
	m, err := anna.SendFiles("", fake.File{Name: "a.pdf", Body: []byte("evidence")})
	r.must(m, err)
	r.sees(anna, "later")
	later.Store(int64(25 * time.Hour))
	who := intake.Account("discord:" + anna.ID())
	r.outbox.Put(intake.Outgoing{ID: "job-1", Account: who, Do: intake.Fetch, File: sent})
	r.sees(anna, "stored 8 bytes")
	r.must(nil, anna.Delete(m.ID))
	later.Store(int64(50 * time.Hour))
	r.outbox.Put(intake.Outgoing{ID: "job-2", Account: who, Do: intake.Fetch, File: sent})
	r.sees(anna, "unfit: file-gone")
	for _, handle := range []string{"", "1 2 3", "1 2 3 https://example.com/x", "../x 2 3 http://169.254.169.254/", "1 2 3 " + r.server.URL() + "@example.com/"} {
		sent.Handle = handle
		id := fmt.Sprint("job-", handle)
		r.outbox.Put(intake.Outgoing{ID: id, Account: who, Do: intake.Fetch, File: sent})
		if fate := r.settled(id); fate != "delivered" {
			t.Errorf("a file at %q: %s", handle, fate)
		}
	}
}

func TestWhatIsNoAnswerIsAnsweredToo(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	m, err := anna.Type("first")
	r.must(m, err)
	r.sees(anna, "heard first")
	r.must(anna.Edit(m.ID, "second"))
	r.sees(anna, "heard second")
	r.must(anna.TypeJSON(`"half a \ud83d pair"`))
	r.sees(anna, "heard half a")
	all := handled[intake.Said](r)
	if !all[1].Edited || all[1].Message != all[0].Message || !all[2].Damaged {
		t.Errorf("handled as %+v", all)
	}
	r.must(anna.SendFiles("both", fake.File{Name: "a.jpg", Body: []byte("a")}, fake.File{Name: "b.jpg", Body: []byte("b")}))
	r.sees(anna, "fetching b.jpg")
	files := handled[intake.Sent](r)
	if len(files) != 2 || files[0].Album == "" || files[0].Album != files[1].Album || files[0].Caption != "both" {
		t.Errorf("two files arrived as %+v", files)
	}
}

func TestALongMessageAFileAndItsButtons(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	who := intake.Account("discord:" + anna.ID())
	long := intake.Message{Text: wording.Say(strings.Repeat("a line of words\n", 300)), Buttons: [][]intake.Button{{{Label: "Go on", Token: "go"}}},
		File: &intake.Attachment{Name: "receipt \"1\".txt", Type: "text/plain", Body: []byte("evidence")}}
	r.server.Fail(fake.Fault{Route: fake.CreateMessage, Cut: fake.CutAfter}) // the first part is sent twice, and shown once
	r.outbox.Put(intake.Outgoing{ID: "long", Account: who, Do: intake.Say, Body: long})
	if fate := r.settled("long"); fate != "delivered" {
		t.Fatalf("%s\n%s", fate, r.log)
	}
	all := anna.Chat().Messages
	if len(all) != 3 {
		t.Fatalf("Anna sees %d messages", len(all))
	}
	for i, m := range all {
		if last := i == 2; (len(m.Rows) > 0) != last || (len(m.Files) > 0) != last {
			t.Errorf("part %d has buttons or a file: %+v", i, m)
		}
	}
	if f := all[2].Files[0]; string(f.Body) != "evidence" {
		t.Errorf("the file is %q", f.Body)
	}
	r.outbox.Put(intake.Outgoing{ID: "edit", Account: who, Do: intake.Edit, Of: "long", Body: plain("short")},
		intake.Outgoing{ID: "gone", Account: who, Do: intake.Remove, Of: "long"},
		intake.Outgoing{ID: "late", Account: who, Do: intake.Edit, Of: "long", Body: plain("too late")},
		intake.Outgoing{ID: "theirs", Account: who, Do: intake.Remove, Message: "theirs-5"})
	for _, id := range []string{"edit", "gone", "late", "theirs"} {
		if fate := r.settled(id); fate != "delivered" {
			t.Errorf("%s: %s", id, fate)
		}
	}
	if all := anna.Chat().Messages; len(all) != 2 {
		t.Errorf("Anna still sees %d messages", len(all))
	}
	if n := r.server.Calls(fake.DeleteMessage); n != 1 {
		t.Errorf("%d messages were deleted; a person's own cannot be", n)
	}
}

func TestManyChoicesAreAMenu(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if p, ok := e.Did.(intake.Pressed); ok {
			return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: plain("chosen " + p.Button)}}, nil
		}
		m := plain("Which country?")
		for i := range 30 {
			m.Buttons = append(m.Buttons, []intake.Button{{Label: fmt.Sprint("Land ", i), Token: fmt.Sprint("1.pick:", i, ".mac")}})
		}
		m.Buttons = append(m.Buttons, []intake.Button{{Label: "Back", Token: "back"}})
		return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: m}}, nil
	})
	r.start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("hello"))
	r.sees(anna, "Which country?")
	r.must(anna.Choose("Land 27"))
	r.sees(anna, `chosen 1.pick\:27.mac`)
}

func TestNamesAreShownAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("@everyone **Anna** [x](https://example.com) <@1>"))
	m := r.sees(anna, "heard")
	if want := `heard \@everyone \*\*Anna\*\* \[x\](https\://example.com) \<\@1\>`; m.Text != want {
		t.Errorf("it is shown as %s", m.Text)
	}
}
