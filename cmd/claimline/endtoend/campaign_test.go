package endtoend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"claimline/intake/campaign"
)

// The campaign that the stories are about. It is shipped with values that its operator must fill in.
const tiktok = "tiktok"

var (
	unfilled = regexp.MustCompile(`(?m)^  (\w+): null\b`)
	drafted  = regexp.MustCompile(`(?m)^\*\*(DRAFT|CONCEPT) .*$`)
)

// filledCampaigns makes a folder that holds the shipped campaign with its empty values made up and
// its texts confirmed, so that it can be approved.
func filledCampaigns(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	shipped := campaign.Embedded()
	err := fs.WalkDir(shipped, tiktok, func(path string, entry fs.DirEntry, err error) error {
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
		t.Fatalf("copying the shipped campaign: %v", err)
	}
	return dir
}

// readCampaign loads the campaign as the program does.
func readCampaign(t testing.TB, dir string) *campaign.Campaign {
	t.Helper()
	c, faults := campaign.Load(os.DirFS(dir), tiktok)
	for _, f := range faults {
		t.Error(f)
	}
	if t.Failed() {
		t.FailNow()
	}
	return c
}
