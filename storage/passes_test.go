package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"claimline/intake"
)

func (s *scene) link(t *testing.T, word string) {
	t.Helper()
	err := s.hear(context.Background(), anna, func(*intake.File) intake.Turn { return intake.Turn{Open: word} })
	if err != nil {
		t.Fatal(err)
	}
}

func (s *scene) enters(t *testing.T, word string) string {
	t.Helper()
	session, ok, err := s.Enter(context.Background(), word)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return session
}

func (s *scene) visits(t *testing.T, session string) intake.Account {
	t.Helper()
	a, ok, err := s.Visit(context.Background(), session)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return a
}

func (s *scene) reads(t *testing.T, session string) bool {
	t.Helper()
	ok, err := s.Reads(context.Background(), session)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// A link opens one page, once. A newer link takes the place of an older one and leaves the page that
// is open alone, until it is used itself.
func TestLinksToThePage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.link(t, "first")
		s.link(t, "second")
		if s.enters(t, "first") != "" || s.enters(t, "unknown") != "" {
			t.Error("a link that was replaced, or never given, opened a page")
		}
		page := s.enters(t, "second")
		if got := s.visits(t, page); got != anna {
			t.Fatalf("the page is %q's", got)
		}
		if s.enters(t, "second") != "" {
			t.Error("a spent link opened another page")
		}
		if s.visits(t, "second") != "" {
			t.Error("the word of a link is no cookie")
		}
		s.link(t, "third")
		if s.visits(t, page) != anna {
			t.Error("a new link closed the open page")
		}
		if s.enters(t, "third") == "" || s.visits(t, page) != "" {
			t.Error("two pages are open")
		}
	})
}

// A page closes half an hour after the last tap, when it is done, and when everything is erased.
func TestPagesClose(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.link(t, "late")
		s.clock.Pass(intake.PageLife)
		if s.enters(t, "late") != "" {
			t.Error("a link opened a page after half an hour")
		}
		s.link(t, "word")
		page := s.enters(t, "word")
		for range 3 {
			s.clock.Pass(intake.PageLife - time.Minute)
			if s.visits(t, page) != anna {
				t.Fatal("the page closed between two taps")
			}
		}
		s.clock.Pass(intake.PageLife)
		if s.visits(t, page) != "" {
			t.Error("the page stayed open for half an hour without a tap")
		}
		for what, turn := range map[string]intake.Turn{"it is done": {Shut: true}, "everything is erased": {Forget: true}} {
			s.link(t, what)
			page := s.enters(t, what)
			if err := s.hear(context.Background(), anna, func(*intake.File) intake.Turn { return turn }); err != nil {
				t.Fatal(err)
			}
			if s.visits(t, page) != "" {
				t.Errorf("the page is open though %s", what)
			}
		}
		s.link(t, "old")
		s.clock.Pass(intake.PageLife)
		if err := s.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// What a page showed when it was left can be read for half an hour from then, however often somebody
// looks: not answered, and no link leads back to it.
func TestAPageThatWasLeftIsRead(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.link(t, "word")
		page := s.enters(t, "word")
		if !s.reads(t, page) || s.reads(t, "word") || s.reads(t, "unknown") {
			t.Error("an open page is read by its cookie alone")
		}
		s.link(t, "spare")
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Shut: true} })
		for range 3 {
			s.clock.Pass(intake.PageLife/3 - time.Second)
			if !s.reads(t, page) || s.visits(t, page) != "" || s.enters(t, "spare") != "" {
				t.Fatal("a page that was left is read, and nothing else")
			}
		}
		s.clock.Pass(3 * time.Second)
		if s.reads(t, page) {
			t.Error("looking kept it there for longer")
		}
	})
}

// A newer page takes the place of one that was left, and is left itself.
func TestAPageIsLeftTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		leaves := func(word string) (page string) {
			t.Helper()
			s.link(t, word)
			page = s.enters(t, word)
			s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Shut: true} })
			return page
		}
		first, second := leaves("first"), leaves("second")
		if s.reads(t, first) || !s.reads(t, second) {
			t.Error("the page that was left last is the one to be read")
		}
	})
}

// Nothing of a page is read after everything was erased, and after its conversation was set aside.
func TestAPageThatWasLeftGoesWithItsConversation(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for what, then := range map[string]func(){
			"erased":    func() { s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} }) },
			"set aside": func() { s.begins(t, anna, "zoom"); s.turnsTo(t, anna, "tiktok") },
		} {
			s.link(t, what)
			page := s.enters(t, what)
			s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Shut: true} })
			if !s.reads(t, page) {
				t.Fatal("it cannot be read at first")
			}
			then()
			if s.reads(t, page) {
				t.Errorf("it is read though its conversation is %s", what)
			}
			s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		}
	})
}

// Each campaign has its own page: none stays open where the account has turned to another campaign,
// nor where its conversation was left behind in some other way.
func TestAPageIsOfTheCurrentCampaign(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.link(t, "first")
		first := s.enters(t, "first")
		s.begins(t, anna, "zoom")
		if s.visits(t, first) != "" {
			t.Error("what is answered on the first page would go to the second campaign")
		}
		s.link(t, "second")
		second := s.enters(t, "second")
		if s.visits(t, second) != anna {
			t.Error("the page of the second campaign is not open")
		}
		// As if the page had been opened while the account turned away.
		const away = "UPDATE passes SET conversation = (SELECT conversation FROM asides)"
		if err := s.DB().Exec(away).Error; err != nil {
			t.Fatal(err)
		}
		if s.visits(t, second) != "" {
			t.Error("a page of a conversation that is set aside is open")
		}
	})
}

// A code joins another account to the person: one file for both, and nothing is left of what the
// other account had. It works once, and for ten minutes.
func TestAccountsAreJoined(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		ctx := context.Background()
		hear := func(a intake.Account, then func(f *intake.File) intake.Turn) {
			t.Helper()
			if err := s.hear(ctx, a, then); err != nil {
				t.Fatal(err)
			}
		}
		code := func(word string) {
			t.Helper()
			hear(anna, func(f *intake.File) intake.Turn { f.Conversation.Language = "fr"; return intake.Turn{Code: word} })
		}
		redeem := func(word string) (joined bool) {
			t.Helper()
			hear(bram, func(*intake.File) intake.Turn { return intake.Turn{} })
			err := s.InTx(ctx, func(tx intake.Tx) error {
				other, err := tx.Find(bram)
				if err != nil {
					return err
				}
				to, err := tx.Redeem(intake.PassCode, word)
				if errors.Is(err, intake.ErrNoFile) {
					return nil
				}
				if err != nil {
					return err
				}
				joined = true
				if err := tx.Spend(intake.PassCode, word); err != nil {
					return err
				}
				if err := tx.Adopt(to, other, s.clock.Now()); err != nil {
					return err
				}
				return tx.Save(to, intake.Turn{At: s.clock.Now()})
			})
			if err != nil {
				t.Fatal(err)
			}
			return joined
		}
		code("old")
		s.clock.Pass(intake.CodeLife)
		if redeem("old") || redeem("unknown") || redeem("") {
			t.Error("a code that is too old, or was never given, was taken")
		}
		code("good")
		if !redeem("good") {
			t.Fatal("a good code was not taken")
		}
		if redeem("good") {
			t.Error("a code was taken twice")
		}
		var here, there *intake.File
		hear(anna, func(f *intake.File) intake.Turn { here = f; return intake.Turn{} })
		hear(bram, func(f *intake.File) intake.Turn { there = f; return intake.Turn{} })
		if here.Person != there.Person || here.Conversation.ID != there.Conversation.ID || there.Conversation.Language != "fr" {
			t.Error("the accounts do not have one file")
		}
	})
}
