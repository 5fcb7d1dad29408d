package discord_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	fake "claimline/bots/fakes/discord"
)

// A person types, the bot under test answers, and the person sees it. Here the bot is one call.
func Example() {
	s, err := fake.New(fake.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	anna := s.Person("anna", fake.Profile{Username: "anna_v", Locale: "nl"})
	if _, err := anna.Type("hallo"); err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		body := `{"content":"Goedemorgen","allowed_mentions":{"parse":[]},"components":[{"type":1,"components":[
			{"type":2,"style":1,"label":"Beginnen","custom_id":"b"}]}]}`
		req, _ := http.NewRequest(http.MethodPost, s.URL()+"/api/v10/channels/"+anna.ChannelID()+"/messages", strings.NewReader(body))
		req.Header.Set("Authorization", "Bot "+fake.Token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := anna.WaitFor(ctx, "Goedemorgen"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(anna.Chat())
	// Output:
	// > hallo
	// < Goedemorgen
	//   [Beginnen]
}
