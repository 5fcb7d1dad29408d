package main

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that must never be seen: a token, an address with a password in it. However it
// is printed, it prints as dots.
//
// The value hides behind a closure. In a plain string, package fmt would print it after all wherever
// the Secret stands in an unexported field of another struct, since it cannot call methods there.
type Secret struct{ reveal func() string }

const dots = "••••••"

// newSecret hides a value; the empty value is the zero Secret.
func newSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{func() string { return value }}
}

// Reveal returns the value itself; "" for the zero Secret. Hand it to what needs it and keep no copy.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.reveal != nil }

// Format prints dots, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, dots) }

// String returns dots.
func (s Secret) String() string { return dots }

// LogValue logs dots.
func (s Secret) LogValue() slog.Value { return slog.StringValue(dots) }

// MarshalText writes dots, in JSON too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }
