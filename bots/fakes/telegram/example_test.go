package telegram_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	fake "claimline/bots/fakes/telegram"
)

// A person types, the bot under test answers, and the person sees it. Here the bot is one call.
func Example() {
	s, err := fake.New(fake.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	anna := s.Person("anna", fake.Profile{FirstName: "Anna", Language: "nl"})
	if _, err := anna.Start("tiktok-nl-flyer"); err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/sendMessage", url.Values{
			"chat_id": {strconv.FormatInt(anna.ID(), 10)}, "text": {"Goedemorgen"},
			"reply_markup": {`{"inline_keyboard":[[{"text":"Beginnen","callback_data":"b"}]]}`},
		})
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
	// > /start tiktok-nl-flyer
	// < Goedemorgen
	//   [Beginnen]
}
