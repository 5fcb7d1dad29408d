package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"claimline/intake/campaign"
)

// statuses stands in for the store's table.
type statuses map[string]campaign.Status

func (s statuses) CampaignStatuses(context.Context) (map[string]campaign.Status, error) {
	if s == nil {
		return nil, errors.New("the store is away")
	}
	return s, nil
}

// New people join what is open, else a draft; a campaign that is paused or closed is only found by name.
func TestNewPeopleJoinWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := &shelf{campaigns: map[string]*campaign.Campaign{"a": {ID: "a"}, "b": {ID: "b"}, "c": {ID: "c"}}}
	s.statuses.Store(&map[string]campaign.Status{})
	cases := []struct {
		label string
		known statuses
		joins string
	}{
		{"nothing was ever approved", statuses{}, "a"},
		{"one is open", statuses{"b": campaign.Open}, "b"},
		{"one is paused, one closed", statuses{"a": campaign.Paused, "b": campaign.Closed}, "c"},
		{"none takes anybody", statuses{"a": campaign.Closed, "b": campaign.Paused, "c": campaign.Paused}, "a"},
	}
	for _, c := range cases {
		if err := s.refresh(t.Context(), c.known); err != nil {
			t.Fatal(err)
		}
		if found, _, ok := s.find(""); !ok || found.ID != c.joins {
			t.Errorf("%s: people join %v, want %s", c.label, found, c.joins)
		}
	}
	if err := s.refresh(t.Context(), statuses{"b": campaign.Open}); err != nil {
		t.Fatal(err)
	}
	if err := s.refresh(t.Context(), statuses(nil)); err == nil {
		t.Error("a store that is away is no error")
	}
	if _, status, _ := s.find("b"); status != campaign.Open {
		t.Errorf("while the store is away b is %s, want what was known last", status)
	}
	if _, _, ok := s.find("d"); ok {
		t.Error("a campaign that does not exist was found")
	}
}

func TestAFolderWithoutCampaignsIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := loadShelf(t.TempDir()); err == nil || !strings.Contains(err.Error(), "CAMPAIGNS_DIR") {
		t.Errorf("got %v", err)
	}
}

func TestWhereACampaignMayMove(t *testing.T) {
	t.Parallel()
	whole := &campaign.Campaign{ID: "whole", Languages: []string{"en"}, Values: map[string]campaign.Value{"site": {"": "example.org"}}}
	shipped, faults := campaign.Load(campaign.Embedded(), "tiktok")
	if faults != nil {
		t.Fatal(faults)
	}
	gaps := &campaign.Campaign{ID: "gaps", Languages: []string{"en", "nl"}, Values: map[string]campaign.Value{"site": {"en": "example.org"}}}
	cases := []struct {
		label    string
		c        *campaign.Campaign
		from, to campaign.Status
		by       string
		refused  string
	}{
		{"approved", whole, campaign.Draft, campaign.Open, "Anna Voorbeeld", ""},
		{"by nobody", whole, campaign.Draft, campaign.Open, " ", "--by"},
		{"with a gap", gaps, campaign.Draft, campaign.Open, "Anna Voorbeeld", "site"},
		{"as it is shipped", shipped, campaign.Draft, campaign.Open, "Anna Voorbeeld", "privacy_page"},
		{"with an agreement that calls itself a draft", shipped, campaign.Draft, campaign.Open, "Anna Voorbeeld", "agreement.en.md:3, agreement.nl.md:3"},
		{"paused", whole, campaign.Open, campaign.Paused, "operator", ""},
		{"reopened", whole, campaign.Paused, campaign.Open, "Anna Voorbeeld", ""},
		{"a draft paused", whole, campaign.Draft, campaign.Paused, "operator", "draft"},
		{"closed", whole, campaign.Paused, campaign.Closed, "Anna Voorbeeld", ""},
		{"closed with a gap", gaps, campaign.Draft, campaign.Closed, "Anna Voorbeeld", ""},
		{"reopened after its end", whole, campaign.Closed, campaign.Open, "Anna Voorbeeld", "stays closed"},
	}
	for _, c := range cases {
		err := mayMove(c.c, c.from, c.to, c.by)
		if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %v, want %q", c.label, err, c.refused)
		}
	}
}
