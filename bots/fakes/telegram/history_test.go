package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
)

func TestTheHistoryTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	must(anna.Type("hello"))(t)
	poll(t, s)
	say(t, s, anna.ID(), "hi")
	refuses(t, call(t, s, "sendMessage", "chat_id", "42", "text", "x"), 400, "Bad Request: chat not found")
	anna.Block()
	var got []string
	last := int64(0)
	for _, e := range s.History() {
		if e.Began <= last || e.Ended < e.Began {
			t.Errorf("out of time: %+v", e)
		}
		last = e.Ended
		got = append(got, fmt.Sprintf("%s%s %d %t", e.Act, e.Method, e.Status, e.Done))
	}
	want := "type 0 false, getUpdates 200 true, sendMessage 200 true, sendMessage 400 false, block 0 false"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
	e := s.History()[2]
	if e.Params["text"] != "hi" || e.Bytes == 0 || !strings.Contains(string(e.Reply), `"text":"hi"`) {
		t.Errorf("got %+v", e)
	}
	if n := s.Calls("sendMessage"); n != 2 {
		t.Errorf("got %d calls", n)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	write := func(text string) {
		resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/sendMessage", values("chat_id", id(anna.ID()), "text", text))
		if err != nil {
			t.Error(err)
			return
		}
		_ = resp.Body.Close()
	}
	go write("Who are you?")
	if m := must(anna.WaitFor(ctx, "Who"))(t); m.Text != "Who are you?" {
		t.Errorf("got %+v", m)
	}
	must(anna.Type("Anna"))(t)
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if _, err := anna.WaitFor(short, "Who"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "> Anna") {
		t.Errorf("what was said before is no answer, got %v", err)
	}
	go write("Hello Anna")
	if m := must(anna.WaitAnswer(ctx))(t); m.Text != "Hello Anna" {
		t.Errorf("got %+v", m)
	}
	if err := s.Wait(ctx, func([]fake.Entry) bool { return s.Calls("sendMessage") == 2 }); err != nil {
		t.Error(err)
	}
}

// A thousand calls at once, each to somebody else, all arrive.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			p := s.Person(fmt.Sprint("person ", i), fake.Profile{})
			if _, err := p.Type("hello"); err != nil {
				t.Error(err)
			}
			resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/sendMessage", values("chat_id", id(p.ID()), "text", "hi"))
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("got %d", resp.StatusCode)
			}
		})
	}
	wg.Wait()
	if n := s.Calls("sendMessage"); n != 1000 {
		t.Errorf("got %d", n)
	}
	if waiting, _ := s.Waiting(); waiting != 1000 {
		t.Errorf("%d updates wait", waiting)
	}
}

// What a bot sent that was killed the moment after is on record once it is quiet.
func TestQuietAfterAKill(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	for i := range 20 {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		body := values("chat_id", id(anna.ID()), "text", fmt.Sprint("last words ", i)).Encode()
		_, err = fmt.Fprintf(c, "POST /bot%s/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", fake.Token, len(body), body)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		if err := s.Quiet(bounded(t)); err != nil {
			t.Fatal(err)
		}
		if got := s.Calls("sendMessage"); got != i+1 {
			t.Fatalf("%d messages are on record after %d kills", got, i+1)
		}
	}
}
