package story

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

//go:embed stories
var files embed.FS

// All returns the stories that every surface tells.
func All(t testing.TB) []Story {
	t.Helper()
	stories, err := Load(files, "stories")
	if err != nil {
		t.Fatal(err)
	}
	return stories
}

// Surface is a way for a person to talk with the program: the rules alone, or a platform.
type Surface interface {
	Say(text string)
	Press(label string, late bool)
	Send(kind string)
	Give(what string)
	Forward(text string)
	Edit(text string)
	Wait(d time.Duration)
	Away()

	Seen() []string           // texts that came since the last call, oldest first
	Labels() []string         // labels of the buttons that can be pressed now
	Question() string         // id of the question or menu showing, with its member: "c.dob#1"
	Reason(key string) string // the beginning of the sentence for an unfit answer, in the person's language
	Final() Final
}

// Final is what is on file at the end.
type Final struct {
	Stage, Status, Outcome, Language string
	Members, Reasons, Flags          []string
	Answers                          map[string]string
}

// Tell lets a person go through a story on a surface, and fails where it goes another way. It
// returns the transcript.
func Tell(t testing.TB, s Story, on Surface) string {
	t.Helper()
	var script strings.Builder
	for i, step := range s.Steps {
		where := fmt.Sprintf("%s, step %d (%s)", s.Name, i+1, step)
		teller := teller{TB: t, Surface: on, where: where, script: &script}
		teller.step(step)
		if t.Failed() {
			t.Logf("transcript so far:\n%s", script.String())
			return script.String()
		}
	}
	compare(t, s, on.Final())
	if t.Failed() {
		t.Logf("transcript:\n%s", script.String())
	}
	return script.String()
}

// String names a step in a failure.
func (s Step) String() string {
	switch {
	case s.Question != "":
		return s.Question + ": " + strings.Join(s.Answers, ", ")
	case s.Says != "":
		return "says " + s.Says
	}
	return s.Presses + s.Late + s.Sends + s.Gives
}

type teller struct {
	testing.TB
	Surface
	where  string
	script *strings.Builder
	seen   []string
}

func (t *teller) step(s Step) {
	t.Helper()
	t.do(s)
	t.look()
	all := strings.Join(t.seen, "\n")
	for _, want := range s.Sees {
		if !strings.Contains(all, want) {
			t.Errorf("%s: did not see %q in\n%s", t.where, want, all)
		}
	}
	for _, bad := range s.SeesNot {
		if strings.Contains(all, bad) {
			t.Errorf("%s: saw %q", t.where, bad)
		}
	}
	if s.Reason != "" && !strings.Contains(all, t.Reason(s.Reason)) {
		t.Errorf("%s: reason %q (%s) was not given in\n%s", t.where, s.Reason, t.Reason(s.Reason), all)
	}
	if s.Showing != "" && !sameQuestion(t.Question(), s.Showing) {
		t.Errorf("%s: %s is showing, want %s", t.where, t.Question(), s.Showing)
	}
}

func (t *teller) do(s Step) {
	t.Helper()
	switch {
	case s.Question != "":
		t.answer(s)
	case s.Says != "":
		t.line("▸ %s", s.Says)
		t.Say(s.Says)
	case s.Presses != "":
		label, _ := t.button(s.Presses)
		t.line("▸ [%s]", s.Presses)
		t.Press(cmp.Or(label, s.Presses), false)
	case s.Late != "":
		t.line("▸ [%s] (an old button)", s.Late)
		t.Press(s.Late, true)
	case s.Sends != "":
		t.line("▸ (sends: %s)", s.Sends)
		t.Send(s.Sends)
	case s.Gives != "":
		t.line("▸ (gives: %s)", s.Gives)
		t.Give(s.Gives)
	case s.Forwards != "":
		t.line("▸ (forwards) %s", s.Forwards)
		t.Forward(s.Forwards)
	case s.Edits != "":
		t.line("▸ (edits) %s", s.Edits)
		t.Edit(s.Edits)
	case s.Waits != 0:
		t.line("▸ (%s pass)", s.Waits)
		t.Wait(s.Waits)
	case s.Away:
		t.line("▸ (the program was away)")
		t.Away()
	}
}

func (t *teller) answer(s Step) {
	t.Helper()
	want := s.Question
	if s.Item != 0 {
		want = fmt.Sprintf("%s#%d", s.Question, s.Item)
	}
	if !sameQuestion(t.Question(), want) {
		t.Errorf("%s: %s is showing", t.where, t.Question())
		return
	}
	for i, a := range s.Answers {
		if i > 0 {
			t.look()
		}
		if label, ok := t.button(a); ok {
			t.line("▸ [%s]", label)
			t.Press(label, false)
			continue
		}
		t.line("▸ %s", a)
		t.Say(a)
	}
}

// button finds a button by its label, whatever the state of its box.
func (t *teller) button(label string) (string, bool) {
	for _, l := range t.Labels() {
		if l == label || strings.TrimLeft(l, "☐☑✎ ") == label {
			return l, true
		}
	}
	return "", false
}

func (t *teller) look() {
	fresh := t.Seen()
	t.seen = append(t.seen, fresh...)
	for _, text := range fresh {
		t.line("%s", text)
	}
	if labels := t.Labels(); len(fresh) > 0 && len(labels) > 0 {
		t.line("  [%s]", strings.Join(labels, "] ["))
	}
}

func (t *teller) line(format string, args ...any) { fmt.Fprintf(t.script, format+"\n", args...) }

func sameQuestion(showing, want string) bool {
	if strings.Contains(want, "#") {
		return showing == want
	}
	id, _, _ := strings.Cut(showing, "#")
	return id == want
}

func compare(t testing.TB, s Story, got Final) {
	t.Helper()
	same := func(what, got, want string) {
		if want != "" && got != want {
			t.Errorf("%s ends with %s %q, want %q", s.Name, what, got, want)
		}
	}
	same("stage", got.Stage, s.Ends.Stage)
	same("status", got.Status, s.Ends.Status)
	same("outcome", got.Outcome, s.Ends.Outcome)
	same("language", got.Language, s.Ends.Language)
	lists := func(what string, got, want []string) {
		if want == nil {
			return
		}
		got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			t.Errorf("%s ends with %s %v, want %v", s.Name, what, got, want)
		}
	}
	lists("members", got.Members, s.Ends.Members)
	lists("reasons", got.Reasons, s.Ends.Reasons)
	lists("flags", got.Flags, s.Ends.Flags)
	for id, want := range s.Ends.Answers {
		same("answer "+id, got.Answers[id], want)
	}
	for _, id := range s.Ends.Absent {
		if v, ok := got.Answers[id]; ok {
			t.Errorf("%s ends with an answer to %s: %q", s.Name, id, v)
		}
	}
}
