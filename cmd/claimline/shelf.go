package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"claimline/intake/campaign"
)

// shelf holds the campaigns as their files describe them, and where each stands according to the
// store. What is looked up is one snapshot, so that a turn never sees half of a change.
type shelf struct {
	campaigns map[string]*campaign.Campaign
	statuses  atomic.Pointer[map[string]campaign.Status]
}

// ledger is where a campaign's status is kept. Package storage implements it.
type ledger interface {
	// CampaignStatuses returns where campaigns stand that were ever moved, by id.
	CampaignStatuses(ctx context.Context) (map[string]campaign.Status, error)
}

// loadShelf loads the campaigns that are part of the program and those of dir, which win where they
// have the same id. It returns an error naming every fault of every campaign.
func loadShelf(dir string) (*shelf, error) {
	s := &shelf{campaigns: map[string]*campaign.Campaign{}}
	s.statuses.Store(&map[string]campaign.Status{})
	if err := s.add(campaign.Embedded(), ""); err != nil {
		return nil, err
	}
	if dir != "" {
		if err := s.add(os.DirFS(dir), dir); err != nil {
			return nil, err
		}
	}
	if len(s.campaigns) == 0 {
		return nil, errors.New("there is no campaign to run")
	}
	return s, nil
}

// add loads every folder of a file system that holds a campaign.
func (s *shelf) add(fsys fs.FS, dir string) error {
	files, err := fs.Glob(fsys, "*/campaign.yaml")
	if err != nil {
		return fmt.Errorf("look for campaigns: %w", err)
	}
	if dir != "" && len(files) == 0 {
		return fmt.Errorf("CAMPAIGNS_DIR: %s holds no folder with a campaign.yaml", dir)
	}
	var wrong []string
	for _, file := range files {
		folder, _, _ := strings.Cut(file, "/")
		c, faults := campaign.Load(fsys, folder)
		for _, fault := range faults {
			wrong = append(wrong, folder+"/"+fault.String())
		}
		if c != nil {
			s.campaigns[c.ID] = c
		}
	}
	if wrong != nil {
		return fmt.Errorf("a campaign has faults:\n  %s", strings.Join(wrong, "\n  "))
	}
	return nil
}

// find returns a campaign and its status; "" finds the one that new people join: the first, by id,
// that is open, else the first draft, else the first of all.
func (s *shelf) find(id string) (*campaign.Campaign, campaign.Status, bool) {
	if id == "" {
		id = s.current()
	}
	c, ok := s.campaigns[id]
	return c, s.status(id), ok
}

func (s *shelf) current() string {
	ids := s.ids()
	for _, wanted := range []campaign.Status{campaign.Open, campaign.Draft} {
		for _, id := range ids {
			if s.status(id) == wanted {
				return id
			}
		}
	}
	return ids[0]
}

func (s *shelf) ids() []string { return slices.Sorted(maps.Keys(s.campaigns)) }

// status is draft until somebody has decided otherwise.
func (s *shelf) status(id string) campaign.Status {
	if status, ok := (*s.statuses.Load())[id]; ok {
		return status
	}
	return campaign.Draft
}

// refresh asks the store where the campaigns stand.
func (s *shelf) refresh(ctx context.Context, from ledger) error {
	statuses, err := from.CampaignStatuses(ctx)
	if err != nil {
		return fmt.Errorf("ask where the campaigns stand: %w", err)
	}
	s.statuses.Store(&statuses)
	return nil
}

// keepFresh refreshes every so often until ctx ends. While the store is away the last known
// statuses hold.
func (s *shelf) keepFresh(ctx context.Context, from ledger, every time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := s.refresh(ctx, from); err != nil && ctx.Err() == nil {
				log.Warn("campaign statuses not refreshed", "error", err)
			}
		}
	}
}
