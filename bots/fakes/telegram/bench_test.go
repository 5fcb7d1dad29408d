package telegram_test

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	fake "claimline/bots/fakes/telegram"
)

// BenchmarkTurn is what one turn of a conversation costs the fake: the person types, the bot reads
// it and answers. The cost must not depend on how many people there are.
func BenchmarkTurn(b *testing.B) {
	for _, people := range []int{1, 10_000} {
		b.Run(strconv.Itoa(people)+" people", func(b *testing.B) {
			s, crowd := crowd(b, people)
			client := busy()
			b.ResetTimer()
			for i := range b.N {
				p := crowd[i%people]
				if _, err := p.Type("an answer"); err != nil {
					b.Fatal(err)
				}
				post(b, client, s, "getUpdates", "offset", strconv.Itoa(100_000_001+people+i))
				post(b, client, s, "sendMessage", "chat_id", id(p.ID()), "text", "the next question")
			}
		})
	}
}

// BenchmarkCalls makes calls from many goroutines at once.
func BenchmarkCalls(b *testing.B) {
	s, crowd := crowd(b, 1000)
	client := busy()
	var next atomic.Int64
	b.SetParallelism(1000)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p := crowd[int(next.Add(1))%len(crowd)]
			post(b, client, s, "sendMessage", "chat_id", id(p.ID()), "text", "a question")
		}
	})
}

func busy() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}
}

func crowd(b *testing.B, n int) (*fake.Server, []*fake.Person) {
	b.Helper()
	s, err := fake.New(fake.Options{Brief: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	people := make([]*fake.Person, n)
	for i := range people {
		people[i] = s.Person(strconv.Itoa(1000+i), fake.Profile{})
		if _, err := people[i].Start(""); err != nil {
			b.Fatal(err)
		}
	}
	return s, people
}

func post(b *testing.B, client *http.Client, s *fake.Server, method string, pairs ...string) {
	resp, err := client.PostForm(s.URL()+"/bot"+fake.Token+"/"+method, values(pairs...))
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Errorf("%s: %d", method, resp.StatusCode)
	}
}
