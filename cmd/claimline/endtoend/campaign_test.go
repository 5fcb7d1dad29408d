package endtoend

import (
	"testing"

	"claimline/cmd/rehearse/people"
	"claimline/intake/campaign"
)

// The campaigns that the stories are about.
const tiktok, zoom = "tiktok", "zoom"

// filledCampaigns makes a folder that holds the shipped campaigns as they can be approved.
func filledCampaigns(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := people.Fill(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readCampaigns loads the campaigns as the program does.
func readCampaigns(t testing.TB, dir string) map[string]*campaign.Campaign {
	t.Helper()
	all := map[string]*campaign.Campaign{}
	for _, id := range []string{tiktok, zoom} {
		c, err := people.Load(dir, id)
		if err != nil {
			t.Fatal(err)
		}
		all[id] = c
	}
	return all
}
