package answer

import (
	_ "embed"
	"strings"
)

//go:embed disposable.txt
var disposableList string

// Disposable reports whether mail to a canonical address goes to a service whose addresses last for
// minutes or days. It knows the few in disposable.txt and is wrong about others: it is a reason to
// note, never to refuse.
func Disposable(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	for line := range strings.Lines(disposableList) {
		known := strings.TrimSpace(line)
		if known == "" || strings.HasPrefix(known, "#") {
			continue
		}
		if domain == known || strings.HasSuffix(domain, "."+known) {
			return true
		}
	}
	return false
}
