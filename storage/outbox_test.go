package storage_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
)

// Messages go out in the order in which they were said, chat by chat, and carry what was said.
func TestOrderWithinAChat(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for n := range 3 {
			for _, a := range []intake.Account{anna, bram} {
				s.must(t, a, func(f *intake.File) intake.Turn {
					return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, fmt.Sprint(n, "a")), s.say(a, fmt.Sprint(n, "b"))}}
				})
			}
		}
		said := map[intake.Account][]string{}
		for letters := s.due(t); len(letters) > 0; letters = s.due(t) {
			for _, l := range letters {
				said[l.Account] = append(said[l.Account], l.Body.Text.Plain())
				if err := s.Delivered(t.Context(), l.ID, "1", s.clock.Now()); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := []string{"0a", "0b", "1a", "1b", "2a", "2b"}
		for _, a := range []intake.Account{anna, bram} {
			if !slices.Equal(said[a], want) {
				t.Errorf("%s heard %v, want %v", a, said[a], want)
			}
		}
	})
}

// A letter is what the turn said, whatever it carried.
func TestLetterIsWhatWasSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		want := intake.Outgoing{ID: s.id("out"), Account: anna, Do: intake.Say,
			Body: intake.Message{Text: text("Hoe heet uw kind?"), Buttons: [][]intake.Button{{{Label: "Terug", Token: "1.back.xx"}}},
				Expect: intake.ExpectText, Hint: "voornaam", Protect: true, File: &intake.Attachment{Name: "receipt.txt", Type: "text/plain", Body: []byte{0, 1, 255}}}}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			want.Conversation, want.Showing = f.Conversation.ID, f.Conversation.Showing
			return intake.Turn{Outgoing: []intake.Outgoing{want}}
		})
		got := s.due(t)[0]
		want.Seq = got.Seq
		if diff := cmp.Diff(intake.Letter{Outgoing: want}, got); diff != "" {
			t.Errorf("(-said +letter):\n%s", diff)
		}
	})
}

// Whoever watches the program learns that messages wait and nobody takes them; what was put off does
// not count, nor what stands behind it.
func TestWaitingSince(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		waiting := func() time.Time {
			t.Helper()
			since, err := s.WaitingSince(t.Context(), anna.Platform(), s.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return since
		}
		if since := waiting(); !since.IsZero() {
			t.Errorf("nothing was said, and it waits since %s", since)
		}
		said := s.clock.Now()
		s.must(t, anna, func(*intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "first"), s.say(anna, "second")}}
		})
		s.clock.Pass(time.Hour)
		if since := waiting(); !since.Equal(said) {
			t.Errorf("waits since %s, want %s", since, said)
		}
		if err := s.Later(t.Context(), s.due(t)[0].ID, s.clock.Now().Add(time.Minute), "throttled"); err != nil {
			t.Fatal(err)
		}
		if since := waiting(); !since.IsZero() {
			t.Errorf("all of it was put off, and it waits since %s", since)
		}
	})
}

// A message that is put off holds up its chat and no other; one that is given up does not.
func TestLaterAndDrop(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, a := range []intake.Account{anna, bram} {
			s.must(t, a, func(f *intake.File) intake.Turn {
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "first"), s.say(a, "second")}}
			})
		}
		for _, l := range s.due(t) {
			if l.Account == anna && l.Body.Text.Plain() == "first" {
				if err := s.Later(t.Context(), l.ID, s.clock.Now().Add(time.Minute), "throttled"); err != nil {
					t.Fatal(err)
				}
			}
		}
		letters := s.due(t)
		if len(letters) != 2 || letters[0].Account != bram || letters[1].Account != bram {
			t.Errorf("due while one chat waits: %v", letters)
		}
		working, err := s.Due(t.Context(), "telegram", s.clock.Now(), 10, map[string]bool{letters[0].ID: true})
		if err != nil || len(working) != 0 {
			t.Errorf("due while the other is in work: %v, %v", working, err)
		}
		s.clock.Pass(time.Minute)
		for _, l := range s.due(t) {
			if l.Account == anna && l.Body.Text.Plain() == "first" {
				if l.Attempts != 1 {
					t.Errorf("%d attempts counted, want 1", l.Attempts)
				}
				if err := s.Drop(t.Context(), l.ID, "rejected"); err != nil {
					t.Fatal(err)
				}
			}
		}
		said := s.deliver(t)
		slices.Sort(said)
		if got := strings.Join(said, " "); got != "first second second" {
			t.Errorf("delivered: %s", got)
		}
	})
}

// A prompt whose question was answered before it went out is not sent; what follows it is.
func TestAnsweredPromptIsSuperseded(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for n := range 4 {
			s.must(t, anna, func(f *intake.File) intake.Turn {
				f.Conversation.Showing++
				prompt := s.say(anna, fmt.Sprint("question ", n))
				prompt.Conversation, prompt.Showing = f.Conversation.ID, f.Conversation.Showing
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, fmt.Sprint("note ", n)), prompt}}
			})
		}
		want := []string{"note 0", "note 1", "note 2", "note 3", "question 3"}
		if said := s.deliver(t); !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
		if n := s.count(t, "outbox", "state = 'dropped' AND why = 'superseded' AND body IS NULL"); n != 3 {
			t.Errorf("%d prompts are marked as superseded, want 3", n)
		}
	})
}

// A download waits for nothing and nothing waits for it.
func TestDownloadsDoNotBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		fetch := func() intake.Outgoing {
			return intake.Outgoing{ID: s.id("job"), Account: anna, Do: intake.Fetch, File: intake.Sent{Handle: "h"},
				Keep: intake.Custody{Compartment: intake.Compartment(7)}}
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{fetch(), fetch(), s.say(anna, "thank you"), fetch()}}
		})
		var jobs, talk int
		for _, l := range s.due(t) {
			if l.Do == intake.Fetch {
				jobs++
			} else {
				talk++
			}
		}
		if jobs != 3 || talk != 1 {
			t.Errorf("due: %d downloads and %d messages, want 3 and 1", jobs, talk)
		}
		if n := s.keys(t, s.file(t, anna).Person); n != keysOfAll+1 {
			t.Errorf("%d keys: the file's compartment needs its key before the file comes", n)
		}
	})
}

// What is put off stands beside the chat: it comes in its time, whatever waits there, and holds up
// nothing. It can be taken back until it is out.
func TestPutOff(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		later := func(a intake.Account, words string, by time.Duration) intake.Outgoing {
			o := s.say(a, words)
			o.After = by
			return o
		}
		first := s.say(anna, "first")
		spared := later(anna, "spared", 10*time.Minute)
		s.must(t, anna, func(*intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{later(anna, "in ten minutes", 10*time.Minute), first, spared, s.say(anna, "second")}}
		})
		words := func() string {
			var said []string
			for _, l := range s.due(t) {
				said = append(said, l.Body.Text.Plain())
			}
			return strings.Join(said, ", ")
		}
		if got := words(); got != "first, second" {
			t.Errorf("due at once: %s", got)
		}
		if err := s.Later(t.Context(), first.ID, s.clock.Now().Add(time.Hour), "throttled"); err != nil {
			t.Fatal(err)
		}
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Unsay: []string{spared.ID}} })
		s.clock.Pass(10*time.Minute - time.Second)
		if got := words(); got != "" {
			t.Errorf("due a second too early: %s", got)
		}
		s.clock.Pass(time.Second)
		if got := words(); got != "in ten minutes" {
			t.Errorf("due after ten minutes, while the chat waits: %s", got)
		}
		if err := s.Later(t.Context(), s.due(t)[0].ID, s.clock.Now().Add(2*time.Hour), "throttled"); err != nil {
			t.Fatal(err)
		}
		s.clock.Pass(time.Hour)
		if got := strings.Join(s.deliver(t), ", "); got != "first, second" {
			t.Errorf("delivered while what was put off waits: %s", got)
		}
		s.clock.Pass(time.Hour)
		if got := strings.Join(s.deliver(t), ", "); got != "in ten minutes" {
			t.Errorf("delivered at last: %s", got)
		}
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Unsay: []string{first.ID}} })
		if n := s.count(t, "outbox", "state = 'sent'"); n != 3 {
			t.Errorf("%d messages are on file as sent, want 3: what is out cannot be taken back", n)
		}
	})
}

// A message that is to vanish soon goes out late: it vanishes all the same.
func TestWhatIsToVanishVanishes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		look, unsent := s.say(anna, "a look"), s.say(anna, "never arrives")
		remove := func(of string) intake.Outgoing {
			return intake.Outgoing{ID: s.id("remove"), Account: anna, Do: intake.Remove, Of: of, After: 3 * time.Minute}
		}
		s.must(t, anna, func(*intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{look, remove(look.ID), unsent, remove(unsent.ID)}}
		})
		s.clock.Pass(time.Hour)
		if letters := s.due(t); len(letters) != 2 || letters[0].ID != look.ID || letters[1].ID != unsent.ID {
			t.Fatalf("due after an hour: %v", letters)
		}
		if err := s.Delivered(t.Context(), look.ID, "4711", s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		targets := map[intake.Doing]intake.MessageID{}
		for _, l := range s.due(t) {
			targets[l.Do] = l.Target
		}
		if want := map[intake.Doing]intake.MessageID{intake.Say: "", intake.Remove: "4711"}; !maps.Equal(targets, want) {
			t.Errorf("due then: %v, want %v", targets, want)
		}
		if err := s.Drop(t.Context(), unsent.ID, "rejected"); err != nil {
			t.Fatal(err)
		}
		if n := len(s.deliver(t)); n != 2 {
			t.Errorf("%d letters went out at last, want both removals", n)
		}
		if n := s.count(t, "outbox", "state = 'due'"); n != 0 {
			t.Errorf("%d letters wait for ever", n)
		}
	})
}

// An edit finds the message it is about, also when another process delivered that.
func TestTarget(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		first, lost := s.say(anna, "question"), s.say(anna, "never arrives")
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{Outgoing: []intake.Outgoing{first, lost}} })
		s.ForgetLetters()
		if err := s.Delivered(t.Context(), first.ID, "4711", s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if err := s.Drop(t.Context(), lost.ID, "rejected"); err != nil {
			t.Fatal(err)
		}
		edit := func(of string, m intake.MessageID) intake.Outgoing {
			return intake.Outgoing{ID: s.id("edit"), Account: anna, Do: intake.Edit, Of: of, Message: m}
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{edit(first.ID, ""), edit(lost.ID, ""), edit("", "99"), edit("unknown", "")}}
		})
		s.ForgetLetters()
		for _, want := range []intake.MessageID{"4711", "", "99", ""} {
			l := s.due(t)[0]
			if l.Target != want {
				t.Errorf("%s of %q: target %q, want %q", l.Do, l.Of, l.Target, want)
			}
			if err := s.Delivered(t.Context(), l.ID, l.Target, s.clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Somebody blocks the bot: everything that waits is given up, nothing is handed out, until that
// person writes again.
func TestGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "one"), s.say(anna, "two")}}
		})
		s.must(t, bram, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(bram, "hello")}}
		})
		for _, l := range s.due(t) {
			if l.Account == anna {
				if err := s.Drop(t.Context(), l.ID, "gone"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if said := s.deliver(t); !slices.Equal(said, []string{"hello"}) {
			t.Errorf("said %q, want the other person's only", said)
		}
		if err := s.hear(t.Context(), anna, func(f *intake.File) intake.Turn { return intake.Turn{} }); err != nil {
			t.Fatal(err)
		}
		if open, err := s.OpenAccounts(t.Context(), "telegram", s.clock.Now(), 9); err != nil || !slices.Equal(open, []intake.Account{bram}) {
			t.Errorf("shown their question once more: %v, %v", open, err)
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "welcome back")}}
		})
		if said := s.deliver(t); !slices.Equal(said, []string{"welcome back"}) {
			t.Errorf("said %q", said)
		}
	})
}

// Words are erased when they are delivered, rows two days later.
func TestDeliveredIsSwept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "one")}} })
		s.deliver(t)
		if n := s.count(t, "outbox", "body IS NOT NULL"); n != 0 {
			t.Error("the words of a delivered message are still there")
		}
		for _, after := range []struct {
			pass time.Duration
			left int64
		}{{47 * time.Hour, 1}, {2 * time.Hour, 0}} {
			s.clock.Pass(after.pass)
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := s.count(t, "outbox", "1 = 1"); n != after.left {
				t.Errorf("after %v more: %d rows, want %d", after.pass, n, after.left)
			}
		}
	})
}

// The bell rings for the platform that something was queued for, after the commit, and once.
func TestKick(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{} })
		rung := func(platform string) bool {
			select {
			case <-s.Kick(platform):
				return true
			default:
				return false
			}
		}
		if rung("telegram") {
			t.Error("rung for nothing")
		}
		for range 3 {
			s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "x")}} })
		}
		if !rung("telegram") || rung("telegram") || rung("discord") {
			t.Error("want the bell of telegram to ring once")
		}
	})
}

// The clock was days ahead and is right again: what was said meanwhile goes out at once, and what was put
// off then, by hours, does not wait for days.
func TestAClockThatWasAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.clock.Pass(3 * 24 * time.Hour)
		for _, a := range []intake.Account{anna, bram} {
			s.must(t, a, func(*intake.File) intake.Turn {
				return intake.Turn{At: s.clock.Now(), Outgoing: []intake.Outgoing{s.say(a, "said")}}
			})
		}
		if err := s.Later(t.Context(), s.due(t)[0].ID, s.clock.Now().Add(time.Hour), "throttled"); err != nil {
			t.Fatal(err)
		}
		s.clock.Pass(-3 * 24 * time.Hour)
		if got := strings.Join(s.deliver(t), ", "); got != "said, said" {
			t.Errorf("delivered when the clock was right again: %q", got)
		}
	})
}
