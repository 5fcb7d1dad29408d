package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "8231:AAcanary-canary_canary00"

func TestATokenPrintsAsDots(t *testing.T) {
	t.Parallel()
	token := Token(canary)
	holder := struct{ Token Token }{token}
	var out bytes.Buffer
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%X", "%d", "%T %v"} {
		fmt.Fprintf(&out, verb, token, holder)
		fmt.Fprintf(&out, verb, holder, &holder)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("starting", "token", token, "config", holder)
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"canary", fmt.Sprintf("%x", canary)[:12]} {
		if strings.Contains(out.String(), part) {
			t.Errorf("%q is in %s", part, &out)
		}
	}
}

func TestWhatCannotBeATokenIsRefusedWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	for _, token := range []Token{"", canary + "\n", " " + canary, "AAcanary", canary + "/..", "1:ab cd-canary"} {
		_, err := newClient(token, PublicAPI, Published(), nil)
		if err == nil {
			t.Errorf("a token of %d bytes was taken", len(token))
			continue
		}
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("the error quotes it: %v", err)
		}
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"", "api.telegram.org", "ftp://host", "http://", "https://u:secret@host", "https://host?x=1", "http://a b"} {
		if _, err := newClient(canary, api, Published(), nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", api, err)
		}
	}
}
