package telegram_test

import (
	"errors"
	"testing"

	"claimline/bots"
	fake "claimline/bots/fakes/telegram"
	"claimline/bots/telegram"
)

func TestTelegramTellsWhoseATokenIs(t *testing.T) {
	t.Parallel()
	server := fake.Start(t, quick)
	who, err := telegram.Probe(t.Context(), fake.Token, server.URL())
	if err != nil || who.Username != "ExampleBot" || who.Webhook {
		t.Errorf("%+v, %v", who, err)
	}
	server.SetWebhook("https://example.org/hook")
	if who, err = telegram.Probe(t.Context(), fake.Token, server.URL()); err != nil || !who.Webhook {
		t.Errorf("with a webhook: %+v, %v", who, err)
	}
	for _, c := range []struct {
		label, token, api string
		class             bots.Class // "" for an error that is no failure of a call
	}{
		{"another token", "123:abc", server.URL(), bots.Unauthorized},
		{"nobody there", fake.Token, "http://127.0.0.1:9", bots.Unreachable},
		{"no token", "abc", server.URL(), ""},
		{"no address", fake.Token, "ftp://127.0.0.1", ""},
	} {
		_, err := telegram.Probe(t.Context(), telegram.Token(c.token), c.api)
		var f *bots.Failure
		if errors.As(err, &f) != (c.class != "") || f != nil && f.Class != c.class || err == nil {
			t.Errorf("%s: %v", c.label, err)
		}
	}
}
