package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
)

// A question that was sent and not marked before the program died comes twice. Whichever of the two
// somebody presses, how often and when, and whatever becomes of the next question meanwhile: what was
// pressed first counts, and they can go on.

// What becomes of the next question before the program dies once more.
const (
	arrives = "arrives"
	twice   = "arrives and is not marked"
	unsent  = "is not sent"
)

// doubled is somebody before whom a question stands twice.
type doubled struct {
	*person
	while, after []int // which copies they press while the program is away, and afterwards: 0 is the first, 1 the last
	next         string
	copies       []*fake.Message // as they were seen
	pressed      []string        // what Telegram knows the presses by
	end          func()          // of the fault that befalls what is next
}

// The question that stands there twice, its answers, and what is asked next.
const (
	forWhom     = "For whom are you here?"
	aParent     = "My child or children"
	aSupporter  = "I only want to support"
	whereabouts = "In which country do you"
)

// doubleTap is how soon a second press is taken for a finger that bounced.
const doubleTap = 5 * time.Second

func TestWhicheverCopyIsPressedPeopleGoOn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), world{telegram: fake.Options{PollSecond: 20 * time.Millisecond}})
		in.move("open")
		in.start()
		people := in.doubled(t)
		for _, p := range people {
			p.pressAll(p.while)
			if len(p.while) > 0 { // what is next may come before a second copy
				p.hinder()
			}
		}
		in.start()
		for _, p := range people {
			if len(p.while) == 0 {
				p.sees(func(c fake.Chat) bool { return count(c, forWhom) > 1 })
				p.hinder()
			}
			p.heard()
			p.pressAll(p.after)
		}
		for _, p := range people {
			p.heard()
			if p.next == twice && len(p.pressed) > 0 {
				p.sees(func(c fake.Chat) bool { return count(c, whereabouts) > 0 })
			}
		}
		in.kill()
		in.handled()
		for _, p := range people {
			p.end()
		}
		in.start()
		in.goOn(people)
	})
}

// goOn shows that people have the next question before them, get it again by pressing on what is
// past, and can answer it.
func (in *installation) goOn(people []*doubled) {
	in.Helper()
	last := map[*doubled]*fake.Message{}
	for _, p := range people {
		if len(p.pressed) == 0 {
			p.pressAll([]int{0})
		}
		last[p] = p.asked()
	}
	in.clock.advance(doubleTap + time.Second)
	for _, p := range people {
		p.pressAll([]int{0})
	}
	for _, p := range people {
		if m := p.asked(); m == last[p] {
			in.Errorf("%s: after a late press nothing came:\n%s", p, p.chat.Chat())
		}
	}
	pressAll(people, "Netherlands")
	for _, p := range people {
		p.sees(func(c fake.Chat) bool { return count(c, "What is your child's first") > 0 })
		f, err := p.file()
		if err != nil {
			in.Fatal(err)
		}
		state := f.Conversation.State
		if role := state.Answers[intake.Key{Question: "tt.role"}].Values; state.At != "c.name#1" || !slices.Equal(role, []string{"parent"}) {
			in.Errorf("%s: stands at %s, and %v counts:\n%s", p, state.At, role, p.chat.Chat())
		}
	}
}

// doubled makes somebody for each way in which a question that stands there twice can be answered,
// and kills the program when all of them have it before them and none of it is marked.
func (in *installation) doubled(t *testing.T) []*doubled {
	var people []*doubled
	for _, copies := range []struct{ while, after []int }{
		{nil, nil}, {nil, []int{0}}, {nil, []int{1}}, {nil, []int{0, 1}}, {nil, []int{1, 0}},
		{[]int{0}, nil}, {[]int{0}, []int{1}}, {[]int{0, 0}, nil}, {[]int{0, 0}, []int{1}},
	} {
		for _, next := range []string{arrives, twice, unsent} {
			p := &doubled{while: copies.while, after: copies.after, next: next, end: func() {}}
			p.person = in.meet(t, p.String(), "en")
			people = append(people, p)
		}
	}
	for _, p := range people {
		if _, err := p.chat.Start(""); err != nil {
			t.Fatal(err)
		}
	}
	pressAll(people, "Start")
	for _, p := range people {
		p.sees(func(c fake.Chat) bool { return offers(c, "I have read this") })
	}
	end := in.telegram.Fail(fake.Fault{Method: "sendMessage", Times: -1, Cut: fake.CutAfter})
	defer end()
	pressAll(people, "I have read this")
	for _, p := range people {
		p.sees(func(c fake.Chat) bool { return count(c, forWhom) > 0 })
	}
	in.kill()
	in.handled()
	return people
}

// pressAll lets everybody press a button as soon as it is there.
func pressAll(people []*doubled, label string) {
	for _, p := range people {
		p.sees(func(c fake.Chat) bool { return offers(c, label) })
		if _, err := p.chat.Press(label); err != nil {
			p.Fatal(err)
		}
	}
}

func offers(c fake.Chat, label string) bool {
	return slices.ContainsFunc(c.Messages, func(m *fake.Message) bool { return slices.Contains(m.Labels(), label) })
}

// hinder prepares what becomes of the next question.
func (p *doubled) hinder() {
	switch p.next {
	case twice:
		p.end = p.telegram.Fail(fake.Fault{Method: "sendMessage", Chat: p.chat.ID(), Times: -1, Cut: fake.CutAfter})
	case unsent:
		p.end = p.telegram.Fail(fake.Fault{Method: "sendMessage", Chat: p.chat.ID(), Times: -1, Status: 502})
	}
}

// pressAll presses copies, and after the first press another choice.
func (p *doubled) pressAll(copies []int) {
	p.Helper()
	for _, which := range copies {
		label := aSupporter
		if p.pressed == nil {
			label = aParent
		}
		p.press(which, label)
	}
}

func (p *doubled) press(which int, label string) {
	p.Helper()
	p.notice()
	pressed, err := p.chat.PressOld(p.copies[which*(len(p.copies)-1)], label)
	if err != nil {
		p.Fatalf("%s: %v", p, err)
	}
	p.pressed = append(p.pressed, pressed.ID)
}

// notice takes in the copies that are to be seen. Somebody may press them after they have gone.
func (p *doubled) notice() {
	for _, m := range p.chat.Chat().Messages {
		known := slices.ContainsFunc(p.copies, func(c *fake.Message) bool { return c.ID == m.ID })
		if !known && strings.Contains(m.Text, forWhom) && len(m.Rows) > 0 {
			p.copies = append(p.copies, m)
		}
	}
}

// heard waits until the presses are on file.
func (p *doubled) heard() {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	for _, press := range p.pressed {
		err := p.telegram.Wait(ctx, func(history []fake.Entry) bool { return p.hearing.heard(history, pressAct(press)) })
		if err != nil {
			p.Fatalf("%s: a press was not confirmed: %v", p, err)
		}
	}
}

func (p *doubled) sees(wished func(fake.Chat) bool) {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	if _, err := p.chat.Wait(ctx, wished); err != nil {
		p.Fatalf("%s: %v", p, err)
	}
	p.notice()
}

// asked waits for the end of all that is said, and returns the last message that can be answered:
// it must be the next question.
func (p *doubled) asked() *fake.Message {
	p.Helper()
	p.heard()
	p.caughtUp()
	m := p.asking()
	if m == nil || !strings.Contains(m.Text, whereabouts) || p.Question() != "tt.country" {
		p.Errorf("%s: %s is asked, and that is not what stands there:\n%s", p, p.Question(), p.chat.Chat())
	}
	return m
}

// String names the person in failures.
func (p *doubled) String() string {
	return fmt.Sprint("who presses ", p.while, " then ", p.after, ", and what is next ", p.next)
}

// count is how many messages of the bot say some words.
func count(c fake.Chat, words string) int {
	n := 0
	for _, m := range c.Messages {
		if m.Bot && strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}
