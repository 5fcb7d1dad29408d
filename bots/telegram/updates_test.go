package telegram_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
)

// handledTexts are the words that were brought to the desk, in order.
func handledTexts(r *rig) string {
	var texts []string
	for _, e := range r.desk.Handled() {
		if s, ok := e.Did.(intake.Said); ok {
			texts = append(texts, s.Text)
		}
	}
	return strings.Join(texts, " ")
}

func TestUpdatesThatComeTwiceHaveOneEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.must(anna.Type("b"))
	for range 20 {
		r.server.Repeat(2) // under new numbers
	}
	r.start()
	r.sees(anna, "heard b")
	r.must(anna.Type("c"))
	r.sees(anna, "heard c")
	r.server.Redeliver(10) // under the old ones
	r.must(anna.Type("d"))
	r.sees(anna, "heard d")
	if got := handledTexts(r); got != "a b c d" {
		t.Errorf("handled %s", got)
	}
	for _, text := range []string{"a", "b", "c", "d"} {
		if n := said(anna, "heard "+text); n != 1 {
			t.Errorf("%s was answered %d times", text, n)
		}
	}
}

func TestNumbersThatStartAnewLoseNothing(t *testing.T) {
	t.Parallel()
	for _, next := range []int{17, 2_000_000_000, 100_000_001} { // lower, higher, and onto old ones
		t.Run(fmt.Sprint(next), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick).start()
			anna := r.server.Person("anna", fake.Profile{})
			for _, text := range []string{"a", "b"} {
				r.must(anna.Type(text))
				r.sees(anna, "heard "+text)
			}
			polls := r.server.Calls("getUpdates")
			r.until("a quiet time is over", func([]fake.Entry) bool { return r.server.Calls("getUpdates") > polls+1 })
			r.server.RestartIDs(next)
			for _, text := range []string{"c", "d", "e"} {
				r.must(anna.Type(text))
				r.sees(anna, "heard "+text)
			}
			if got := handledTexts(r); got != "a b c d e" {
				t.Errorf("handled %s", got)
			}
		})
	}
}

func TestUpdatesInAnyOrderAreAllHandled(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	people := make([]*fake.Person, 20)
	for i := range people {
		people[i] = r.server.Person(fmt.Sprint("parent ", i), fake.Profile{})
		r.must(people[i].Type("hello"))
	}
	r.server.Shuffle(rand.New(rand.NewPCG(1, 2)))
	r.start()
	for _, p := range people {
		r.sees(p, "heard hello")
	}
}

func TestOneBadUpdateNeverHoldsUpTheRest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, raw string
		alarm      string // what the log tells; "" when it tells nothing
		parked     int
	}{
		{"a field of another type", `{"update_id":UPDATE_ID,"message":"Voorbeeld"}`, "nobody can be told", 1},
		{"nothing known", `{"update_id":UPDATE_ID,"hologram":{}}`, "", 0},
		{"no number", `{"message":{"message_id":1}}`, "", 0},
		{"no object", `"Voorbeeld"`, "nobody can be told", 1},
		{"1 MB of nobody's", `{"update_id":UPDATE_ID,"message":{"text":"` + strings.Repeat("x", 1<<20) + `"}}`, "nobody can be told", 0},
		{"no JSON", `{"update_id":UPDATE_ID,"message":{"text":Voorbeeld}}`, "nobody can be told", 1},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick)
			anna := r.server.Person("anna", fake.Profile{})
			r.must(anna.Type("a"))
			r.server.Inject(c.raw)
			r.must(anna.Type("b"))
			r.start()
			r.sees(anna, "heard b")
			r.must(anna.Type("c"))
			r.sees(anna, "heard c")
			if got := handledTexts(r); got != "a b c" {
				t.Errorf("handled %s", got)
			}
			if got := r.store.Parked(); len(got) != c.parked {
				t.Errorf("parked %v", got)
			}
			if told := strings.Contains(r.log.String(), "ALARM"); told != (c.alarm != "") || !strings.Contains(r.log.String(), c.alarm) {
				t.Errorf("the log tells %s", r.log)
			}
		})
	}
}

func TestATokenThatIsRefusedIsToldOnceAndWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	r.server.SetToken("123456789:another-token-0000000000000000000000")
	r.start()
	r.tells("refuses the token")
	r.stop() // at once, although the next try is a minute away
	if n := strings.Count(r.log.String(), "refuses the token"); n != 1 {
		t.Errorf("told %d times:\n%s", n, r.log)
	}
}
