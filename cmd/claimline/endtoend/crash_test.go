package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"claimline/bots/fakes/discord"
	fake "claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
)

// How many people talk while the program is killed, and how often it is at least.
const (
	parents = 50
	kills   = 15 // CLAIMLINE_KILLS asks for more
)

// seed makes people and the moments of crashes the same in every run; CLAIMLINE_SEED is another.
const seed = 20261123

// TestKilledAtRandomMoments lets people talk while the program is killed again and again. What is
// exported in the end is what each of them said: nothing missing, nothing double.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a minute")
	}
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), world{telegram: fake.Options{PollSecond: 20 * time.Millisecond}})
		in.move("open")
		from := uint64(number(t, "CLAIMLINE_SEED", seed))
		parents := in.parents(from, parents)
		ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
		defer cancel()
		talking, ctx := errgroup.WithContext(ctx)
		for _, p := range parents {
			phone := in.telegram.Person(fmt.Sprint("parent ", p.Number), fake.Profile{FirstName: "Canary", Language: "en"})
			talking.Go(func() error { return people.NewTexter(p, phone, in.public).Talk(ctx) })
		}
		ended := make(chan error, 1)
		go func() { ended <- talking.Wait() }()
		crashes, err := in.crash(rand.New(rand.NewPCG(from, 1)), 25*time.Second, number(t, "CLAIMLINE_KILLS", kills), ended)
		if err != nil {
			t.Fatal(err)
		}
		in.settled()
		in.stop()
		in.compare(parents)
		in.copies(parents[0], crashes)
		if n, err := in.store.CountParked(context.Background()); n != 0 || err != nil { // a kill is nobody's fault
			t.Errorf("%d innocent updates are parked (%v)", n, err)
		}
		in.command("audit", "verify")
	})
}

// How many people read the private page while the program is killed, and how often it is at least.
const (
	visitors    = 20
	visitsKills = 8
)

// TestKilledWhilePeopleRead is the same for people on Discord and the private page.
func TestKilledWhilePeopleRead(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a minute")
	}
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), world{telegram: fake.Options{PollSecond: 20 * time.Millisecond}})
		in.move("open")
		from := uint64(number(t, "CLAIMLINE_SEED", seed))
		parents := in.parents(from, visitors)
		ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
		defer cancel()
		talking, ctx := errgroup.WithContext(ctx)
		for _, p := range parents {
			client := in.discord.Person(fmt.Sprint("parent ", p.Number), discord.Profile{Locale: "en-GB"})
			talking.Go(func() error {
				err := in.discord.Wait(ctx, func([]discord.Entry) bool { return in.discord.Calls(discord.SetCommands) > 0 })
				if err != nil {
					return err
				}
				return people.NewVisitor(p, client, in.public).Talk(ctx)
			})
		}
		ended := make(chan error, 1)
		go func() { ended <- talking.Wait() }()
		if _, err := in.crash(rand.New(rand.NewPCG(from, 1)), 40*time.Second, visitsKills, ended); err != nil {
			t.Fatal(err)
		}
		in.settled()
		in.stop()
		in.compare(parents)
		in.nothingTwice()
		if n, err := in.store.CountParked(context.Background()); n != 0 || err != nil {
			t.Errorf("%d innocent events are parked (%v)", n, err)
		}
		in.command("audit", "verify")
	})
}

// nothingTwice looks for messages that appeared twice on Discord. One that was sent again under its
// nonce did not appear again.
func (in *installation) nothingTwice() {
	in.Helper()
	shown := map[string]int{}
	repeated, failed := 0, 0
	for _, e := range in.discord.History() {
		if e.Act == "failed" {
			failed++
		}
		if e.Route != discord.CreateMessage || !e.Done {
			continue
		}
		if e.Repeated {
			repeated++
			continue
		}
		var body struct {
			Nonce string `json:"nonce"`
		}
		if err := json.Unmarshal(e.Body, &body); err != nil || body.Nonce == "" {
			in.Errorf("a message without a nonce: %s", e.Body)
		}
		shown[e.Channel+" "+body.Nonce]++
	}
	for which, n := range shown {
		if n > 1 {
			in.Errorf("the message %s appeared %d times", which, n)
		}
	}
	in.Logf("%d different messages appeared on Discord, %d calls were repeated, %d presses failed", len(shown), repeated, failed)
}

// number reads a number from the environment.
func number(t testing.TB, name string, standard int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// parents makes so many parents, whatever they talk through.
func (in *installation) parents(from uint64, many int) []*people.Parent {
	return people.Invent(in.campaigns[tiktok], from, many, nil)
}

// crash runs the program and kills it at random moments for as long as people talk: within a span as
// often on average as is meant at least. It returns when it died, as entries of Telegram's history, and what
// the talking came to. The program runs in the end.
func (in *installation) crash(random *rand.Rand, span time.Duration, least int, ended <-chan error) ([]int, error) {
	in.Helper()
	var crashes []int
	var back []time.Duration
	for {
		in.start()
		polls, began := in.telegram.Calls("getUpdates"), time.Now()
		ready := in.ready(polls, began)
		life := time.Duration(random.Int64N(int64(2 * span / time.Duration(least))))
		select {
		case err := <-ended:
			if took, ok := <-ready; ok {
				back = append(back, took)
			}
			in.Logf("%d crashes; after a start the program polled within %v", len(crashes), back)
			if err == nil && len(crashes) < least {
				in.Errorf("everybody was done after %d crashes, %d were meant", len(crashes), least)
			}
			return crashes, err
		case <-time.After(life): // the moment is the test's subject
		}
		in.kill()
		crashes = append(crashes, in.handled())
		select {
		case took, ok := <-ready:
			if ok {
				back = append(back, took)
			}
		default: // it did not live to poll
		}
	}
}

// handled is how many entries Telegram's history has once everything is handled that the program,
// which is no more, had sent.
func (in *installation) handled() int {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := in.telegram.Quiet(ctx); err != nil {
		in.Fatalf("after a kill: %v", err)
	}
	return len(in.telegram.History())
}

// ready tells how long it took until the program that was just started had polled.
func (in *installation) ready(polls int, began time.Time) <-chan time.Duration {
	took := make(chan time.Duration, 1)
	go func() {
		defer close(took)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err := in.telegram.Wait(ctx, func([]fake.Entry) bool { return in.telegram.Calls("getUpdates") > polls })
		if err == nil {
			took <- time.Since(began).Round(time.Millisecond)
		}
	}()
	return took
}

// settled waits until nothing is left to be said to anybody.
func (in *installation) settled() {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		var due int
		if err := in.db.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE state = 'due'").Scan(&due); err != nil {
			in.Fatal(err)
		}
		if due == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond) // a database rings no bell
	}
}

// compare holds the export to what people said.
func (in *installation) compare(parents []*people.Parent) {
	in.Helper()
	all := in.export(tiktok)
	if len(all) != len(parents) {
		in.Errorf("%d submissions of %d people", len(all), len(parents))
	}
	answers := 0
	for _, p := range parents {
		e, ok := all[p.Receipt]
		if !ok {
			in.Errorf("parent %d was told %s, which is not in the export", p.Number, p.Receipt)
			continue
		}
		onFile := e.Said()
		if diff := cmp.Diff(p.Exported(onFile), onFile); diff != "" {
			in.Errorf("parent %d, %s (-said +exported):\n%s", p.Number, p.Receipt, diff)
		}
		answers += len(onFile)
	}
	in.Logf("%d submissions with %d answers, as they were given", len(all), answers)
}

// copies looks for questions that came more often than a crash explains: a message whose sending had
// an unknown outcome may be sent once more by the next process, and no other. The buttons of a
// question are unlike those of any other showing of it.
func (in *installation) copies(reader *people.Parent, crashes []int) {
	in.Helper()
	type message struct{ chat, text, buttons string }
	sent := map[message][]int{} // in which life of the program
	double := 0
	for i, e := range in.telegram.History() {
		question := e.Params["reply_markup"] != "" && reader.Asks(e.Params["text"]) != ""
		if !e.Done || e.Method != "sendMessage" || !question {
			continue
		}
		m := message{e.Params["chat_id"], e.Params["text"], e.Params["reply_markup"]}
		life, _ := slices.BinarySearch(crashes, i+1)
		sent[m] = append(sent[m], life)
	}
	lost := map[string]bool{} // by chat and crash
	for m, lives := range sent {
		for i := 1; i < len(lives); i++ {
			double++
			crash := fmt.Sprint(m.chat, " ", lives[i])
			if lives[i] == lives[i-1] || lost[crash] {
				in.Errorf("a question came twice without a crash of its own between: %q in the lives %v", m.text, lives)
			}
			lost[crash] = true
		}
	}
	in.Logf("%d different questions were sent, %d of them twice", len(sent), double)
}
