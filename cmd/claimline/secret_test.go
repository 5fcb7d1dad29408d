package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// A secret is printed in every way that somebody in a hurry may think of.
func TestASecretPrintsAsDots(t *testing.T) {
	t.Parallel()
	const canary = "123456:the-canary"
	secret := newSecret(canary)
	type nested struct{ token Secret } // unexported: fmt cannot call methods here
	values := []any{secret, &secret, nested{secret}, &nested{secret}, []Secret{secret},
		map[string]Secret{"token": secret}, Config{DatabaseURL: secret}}

	var printed bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%x", "%d"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&printed, nil), slog.NewJSONHandler(&printed, nil)} {
			slog.New(h).Info("look", "value", v)
		}
		if err := json.NewEncoder(&printed).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintln(&printed, fmt.Errorf("open %v: %w", secret, errors.New("failed")))

	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%q", canary)} {
		if strings.Contains(printed.String(), form) {
			t.Errorf("the secret was printed as %q in\n%s", form, printed.String())
		}
	}
	if !strings.Contains(printed.String(), dots) {
		t.Error("nothing was printed as dots")
	}
	if got := secret.Reveal(); got != canary {
		t.Errorf("Reveal returned %q", got)
	}
}

func TestTheEmptySecretIsNotSet(t *testing.T) {
	t.Parallel()
	var zero Secret
	if zero.IsSet() || newSecret("").IsSet() || zero.Reveal() != "" {
		t.Error("a secret without a value counts as set")
	}
}
