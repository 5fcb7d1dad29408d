package endtoend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"claimline/intake/campaign"
)

// The campaigns that the stories are about. They are shipped with values that their operator must
// fill in.
const tiktok, zoom = "tiktok", "zoom"

var (
	unfilled = regexp.MustCompile(`(?m)^  (\w+): null\b`)
	drafted  = regexp.MustCompile(`(?m)^\*\*(DRAFT|CONCEPT) .*$`)
)

// filledCampaigns makes a folder that holds the shipped campaigns with their empty values made up and
// their texts confirmed, so that they can be approved.
func filledCampaigns(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	shipped := campaign.Embedded()
	err := fs.WalkDir(shipped, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(shipped, path)
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml":
			text = unfilled.ReplaceAll(text, []byte(`  $1: "$1.example"`))
		case ".md":
			text = drafted.ReplaceAll(text, []byte("Version {agreement_version}."))
		}
		to := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o600)
	})
	if err != nil {
		t.Fatalf("copying the shipped campaigns: %v", err)
	}
	return dir
}

// readCampaigns loads the campaigns as the program does.
func readCampaigns(t testing.TB, dir string) map[string]*campaign.Campaign {
	t.Helper()
	all := map[string]*campaign.Campaign{}
	for _, id := range []string{tiktok, zoom} {
		c, faults := campaign.Load(os.DirFS(dir), id)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		all[id] = c
	}
	return all
}
