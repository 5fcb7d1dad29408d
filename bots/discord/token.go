package discord

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
)

// Token is a bot's secret. However it is printed, it prints as dots.
type Token string

const dots = "••••"

// String hides the token.
func (Token) String() string { return dots }

// GoString hides the token from %#v.
func (Token) GoString() string { return dots }

// Format hides the token from every verb, also %x and %q.
func (Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(dots)) }

// LogValue hides the token from logs.
func (Token) LogValue() slog.Value { return slog.StringValue(dots) }

// MarshalText hides the token from encoders.
func (Token) MarshalText() ([]byte, error) { return []byte(dots), nil }

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// check refuses what cannot be a token, for example one read from a file with its line break: it
// could not be sent, and the error about that would quote it.
func (t Token) check() error {
	if !tokenForm.MatchString(string(t)) {
		return errors.New("the token is not of the form abc.def.ghi that Discord's developer portal gives")
	}
	return nil
}
