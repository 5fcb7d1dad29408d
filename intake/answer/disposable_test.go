package answer

import (
	"slices"
	"strings"
	"testing"
)

func TestAddressesThatDoNotLast(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"a@mailinator.com", "a@inbox.mailinator.com", "a@yopmail.fr"} {
		if !Disposable(address) {
			t.Errorf("%s is taken for an address that lasts", address)
		}
	}
	lasting := []string{"gmail.com", "notmailinator.com", "mailinator.com.example.org", "example.org",
		// forwarding for as long as its owner likes
		"duck.com", "simplelogin.com", "addy.io", "anonaddy.me", "mozmail.com", "privaterelay.appleid.com", "proton.me"}
	for _, domain := range lasting {
		if Disposable("a@" + domain) {
			t.Errorf("%s is taken for an address that does not last", domain)
		}
	}
}

// The list says where it comes from, is in order, holds no domain twice, and no provider that people
// have their ordinary address with.
func TestTheListOfDisposableAddresses(t *testing.T) {
	t.Parallel()
	var domains []string
	for line := range strings.Lines(disposableList) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			domains = append(domains, line)
		}
	}
	if !slices.IsSorted(domains) || len(slices.Compact(slices.Clone(domains))) != len(domains) {
		t.Error("the domains are not in order, or one is there twice")
	}
	if !strings.Contains(disposableList, "# Source: ") {
		t.Error("the list does not say where it comes from")
	}
	for _, domain := range domains {
		if ascii, ok := mailDomain(domain); !ok || ascii != domain {
			t.Errorf("%q is no domain", domain)
		}
		for line := range strings.Lines(providerList) {
			if slices.Contains(strings.Fields(line), domain) {
				t.Errorf("%s is a provider like any other", domain)
			}
		}
	}
}
