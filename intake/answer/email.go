package answer

import (
	_ "embed"
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
)

//go:embed providers.txt
var providerList string

// The longest address, and the longest part before its @, that mail can be sent to (RFC 5321, 4.5.3.1).
const (
	maxAddress = 254
	maxLocal   = 64
)

// readEmail reads an address; its domain is written in lower-case ASCII, the part before the @ as
// it was typed. A domain that is nearly a well-known one is offered corrected, and as typed.
func readEmail(line string) (Reading, *Unfit) {
	address := bareAddress(line)
	local, domain, found := strings.Cut(address, "@")
	switch {
	case !found || strings.Contains(domain, "@"):
		return Reading{}, refuse(ReasonEmailNoAt)
	case strings.Contains(address, " "):
		return Reading{}, refuse(ReasonEmailSpace)
	}
	ascii, ok := mailDomain(domain)
	if !ok {
		return Reading{}, refuse(ReasonEmailDomain)
	}
	address = local + "@" + ascii
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(address) > maxAddress || len(local) > maxLocal {
		return Reading{}, refuse(ReasonEmailUnreadable)
	}
	if meant := nearProvider(ascii); meant != "" {
		return Reading{Options: []string{local + "@" + meant, address}}, nil
	}
	return said(address), nil
}

// bareAddress takes an address out of what it is copied with: "Anna <anna@example.org>", mailto:,
// the full stop of a sentence.
func bareAddress(line string) string {
	if _, inside, ok := strings.Cut(line, "<"); ok {
		line, _, _ = strings.Cut(inside, ">")
	}
	return strings.Trim(strings.TrimPrefix(line, "mailto:"), "()\"' .,;")
}

// mailDomain brings a domain into the form that mail servers use: at least two labels, the last
// of them no number, for mail to an IP address is nobody's.
func mailDomain(domain string) (string, bool) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", false
	}
	ascii = strings.ToLower(ascii)
	labels := strings.Split(ascii, ".")
	top := labels[len(labels)-1]
	if len(labels) < 2 || len(top) < 2 || strings.Trim(top, "0123456789") == "" {
		return "", false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return "", false
		}
	}
	return ascii, true
}

// nearProvider returns the well-known provider that a domain is one slip away from, or that it is
// often mistaken for; "" when it is one itself or near to none. Short domains are left alone:
// too many real ones lie beside them.
func nearProvider(domain string) string {
	const long = 8
	meant := ""
	for line := range strings.Lines(providerList) {
		names := strings.Fields(line)
		for i, name := range names {
			switch {
			case name == domain && i == 0:
				return ""
			case name == domain, meant == "" && i == 0 && len(name) >= long && distance(domain, name, 1) == 1:
				meant = names[0]
			}
		}
	}
	return meant
}
