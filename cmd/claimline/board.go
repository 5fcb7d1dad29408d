package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/chart"
	"claimline/intake/wording"
)

// board holds the figures of every campaign as they were counted last, once a minute, see tidy. Who
// asks for them waits for no store. It may be read by many goroutines.
type board struct {
	tallies atomic.Pointer[map[string]intake.Tally]

	// ring says in a campaign's review chat that a part of the threshold is reached; text words it in
	// a language. The same may be rung twice when the program is killed in between. nil where there is
	// no chat to say it in: it is rung later then.
	ring func(ctx context.Context, campaign string, text func(lang string) wording.Text) error
}

func (b *board) tally(campaign string) (intake.Tally, bool) {
	all := b.tallies.Load()
	if all == nil {
		return intake.Tally{}, false
	}
	t, ok := (*all)[campaign]
	return t, ok
}

// verified is how many submissions of a campaign count; ok is false while nobody has counted.
func (b *board) verified(campaign string) (int, bool) {
	t, ok := b.tally(campaign)
	return t.All.Verified, ok
}

// countCampaigns puts new figures on the board, and rings where a part of a threshold is reached.
// The figures of a campaign that cannot be counted stay as they were.
func (s *service) countCampaigns(ctx context.Context) error {
	tallies := map[string]intake.Tally{}
	var wrong error
	for _, id := range s.shelf.ids() {
		c := s.shelf.campaigns[id]
		since, until := intake.Period(s.now(), c.Location())
		tally, err := s.store.Tally(ctx, id, since, until)
		if err != nil {
			wrong = errors.Join(wrong, err)
			if tally, ok := s.board.tally(id); ok {
				tallies[id] = tally
			}
			continue
		}
		if cases, err := s.store.CaseFigures(ctx, id, since); err == nil {
			tally.Cases = &cases
		} else {
			wrong = errors.Join(wrong, err)
		}
		tallies[id] = tally
		wrong = errors.Join(wrong, s.ringMilestone(ctx, c, tally.All.Verified))
	}
	s.board.tallies.Store(&tallies)
	return wrong
}

// ringMilestone rings where a campaign has passed a part of its threshold since it last rang. At
// which count that was is kept, so that neither a start nor a withdrawal rings again.
func (s *service) ringMilestone(ctx context.Context, c *campaign.Campaign, verified int) error {
	if s.board.ring == nil || c.Threshold == 0 {
		return nil
	}
	name := "milestone " + c.ID
	noted, err := s.store.Setting(ctx, name)
	if err != nil {
		return err
	}
	before := 0
	if noted != "" {
		if before, err = strconv.Atoi(noted); err != nil {
			return fmt.Errorf("the count at which %s last rang: %w", c.ID, err)
		}
	}
	percent, ok := intake.Milestone(before, verified, c.Threshold)
	if !ok {
		return nil
	}
	err = s.board.ring(ctx, c.ID, func(lang string) wording.Text { return s.words.Milestone(c, lang, percent, verified) })
	if errors.Is(err, errNoRoom) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ringing that %s reached %d %%: %w", c.ID, percent, err)
	}
	return s.store.SetSetting(ctx, name, strconv.Itoa(verified))
}

// figures is what a moderator reads who asks how a campaign stands, with a picture. ok is false while
// nobody has counted it, or there is no such campaign.
func (s *service) figures(id, lang string) (intake.Message, bool, error) {
	tally, ok := s.board.tally(id)
	if !ok {
		return intake.Message{}, false, nil
	}
	c := s.shelf.campaigns[id]
	picture, err := chart.Draw(tally, c.Threshold, s.words.In(lang))
	if err != nil {
		return intake.Message{}, false, err
	}
	name := id + "-" + tally.Until.In(c.Location()).Format("2006-01-02") + ".png"
	return intake.Message{Text: s.words.Figures(tally, c, lang), File: &intake.Attachment{Name: name, Type: "image/png", Body: picture}}, true, nil
}

var errNoRoom = errors.New("the team has no room")

// ring says something once in every room of the team that this process can speak in.
func (s *service) ring(ctx context.Context, _ string, text func(lang string) wording.Text) error {
	err := errNoRoom
	for _, b := range s.bells {
		rung, failure := b.Ring(ctx, func(r intake.Room) intake.Message { return intake.Message{Text: text(r.Language)} })
		if rung {
			err = nil
		} else if failure != nil {
			s.log.Info("not rung", "error", failure)
		}
	}
	return err
}

// roomLine is what stands in a room of the team, and how much of it is urgent.
func (s *service) roomLine(ctx context.Context, r intake.Room) (line intake.Message, urgent int, err error) {
	q, err := s.store.Queued(ctx, s.now(), intake.ClaimCase, intake.SafetyCase, intake.LawCase)
	if err != nil {
		return intake.Message{}, 0, err
	}
	return s.team.Line(q, r), q.Urgent, nil
}
