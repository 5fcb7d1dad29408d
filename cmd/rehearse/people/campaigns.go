package people

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"claimline/intake/campaign"
)

var (
	unfilled = regexp.MustCompile(`(?m)^  (\w+): null\b`)
	drafted  = regexp.MustCompile(`(?m)^\*\*(DRAFT|CONCEPT) .*$`)
)

// Fill writes the shipped campaigns into a folder with the values made up that their operator must
// fill in, and their texts confirmed, so that they can be approved.
func Fill(dir string) error {
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
		return fmt.Errorf("copying the shipped campaigns: %w", err)
	}
	return nil
}

// Load reads a campaign as the program does.
func Load(dir, id string) (*campaign.Campaign, error) {
	c, faults := campaign.Load(os.DirFS(dir), id)
	if len(faults) > 0 {
		return nil, fmt.Errorf("campaign %s: %v", id, faults)
	}
	return c, nil
}
