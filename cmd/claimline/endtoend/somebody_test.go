package endtoend

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/story"
)

// somebody is a person as the program has them on file, whatever they talk through.
type somebody struct {
	testing.TB
	*installation
	words   *intake.Words
	account intake.Account
	locale  string
	box     []byte // the outbox's name for the chat, once the person is on file
}

// somebody makes a person of an account. locale is what their device says.
func (in *installation) somebody(t testing.TB, account intake.Account, locale string) somebody {
	t.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	return somebody{TB: t, installation: in, words: words, account: account, locale: locale}
}

func (s *somebody) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// file is what the store has about the person.
func (s *somebody) file() (f *intake.File, err error) {
	ctx, cancel := s.bounded()
	defer cancel()
	s.looking <- struct{}{}
	defer func() { <-s.looking }()
	err = s.store.InTx(ctx, func(tx intake.Tx) error {
		var err error
		f, err = tx.Find(s.account)
		return err
	})
	return f, err
}

// said waits until nothing is left in the outbox. A database rings no bell, so it is asked again.
func (s *somebody) said(ctx context.Context) {
	s.Helper()
	if s.box == nil {
		s.findBox(ctx)
	}
	for s.box != nil {
		var due int
		query := "SELECT count(*) FROM outbox WHERE state = 'due' AND chat = " + s.bytes(s.box)
		if err := s.db.QueryRowContext(ctx, query).Scan(&due); err != nil {
			s.Fatalf("looking into the outbox: %v", err)
		}
		if due == 0 {
			return
		}
		select {
		case <-ctx.Done():
			s.Fatalf("%d messages to %s were not delivered", due, s.account.Platform())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *somebody) findBox(ctx context.Context) {
	s.Helper()
	f, err := s.file()
	if errors.Is(err, intake.ErrNoFile) {
		return
	}
	if err != nil {
		s.Fatal(err)
	}
	query := "SELECT address FROM accounts WHERE conversation = '" + f.Conversation.ID + "'"
	if err := s.db.QueryRowContext(ctx, query).Scan(&s.box); err != nil {
		s.Fatalf("looking for the account: %v", err)
	}
}

// helpFor is how the help begins that a cry for it is answered with, beside the turn and its outbox.
func (s *somebody) helpFor(did intake.Did) (beginning string, asked bool) {
	desk := intake.Desk{Words: s.words}
	help, asked := desk.Danger(intake.Event{Account: s.account, Locale: s.locale, Did: did})
	beginning, _, _ = strings.Cut(help.Text.Plain(), "\n")
	return beginning, asked
}

// Question is the question that is showing, by what is on file.
func (s *somebody) Question() string {
	f, err := s.file()
	if errors.Is(err, intake.ErrNoFile) {
		return ""
	}
	if err != nil {
		s.Fatal(err)
	}
	return strings.TrimSuffix(f.Conversation.State.At, "#0")
}

// Reason is how the words begin with which an answer is refused.
func (s *somebody) Reason(key string) string {
	lang := s.locale
	if f, err := s.file(); err == nil {
		lang = f.Conversation.Language
	}
	before, _, _ := strings.Cut(s.words.In(lang).Text("unfit."+key, nil).Plain(), "{")
	return before
}

// Wait lets time pass.
func (s *somebody) Wait(d time.Duration) { s.pass(d) }

// Final is what is on file: a file that was sent as the export has it, another one as the store does.
func (s *somebody) Final() story.Final {
	s.Helper()
	f, err := s.file()
	if errors.Is(err, intake.ErrNoFile) {
		return story.Final{Stage: "gone"}
	}
	if err != nil {
		s.Fatal(err)
	}
	final := story.Final{Stage: string(f.Conversation.Stage), Language: f.Conversation.Language, Answers: map[string]string{}}
	if f.Submission == nil || f.Submission.Test {
		for key, a := range f.Conversation.State.Answers {
			final.Answers[key.String()] = strings.Join(a.Values, ",")
		}
		if test := f.Submission; test != nil { // no export holds it
			final.Status, final.Outcome = test.Status, test.Outcome
		}
		return final
	}
	exported, ok := s.export(f.Conversation.Campaign)[f.Submission.Reference]
	if !ok {
		s.Errorf("%s is not in the export", f.Submission.Reference)
		return final
	}
	retell(exported, &final, f.Conversation.State.Members)
	return final
}

// String names the person in failures.
func (s *somebody) String() string { return fmt.Sprint("the person with the id ", s.account.ID()) }
