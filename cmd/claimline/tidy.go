package main

import (
	"context"
	"errors"
	"time"

	"claimline/intake"
)

// keepTidy does every so often, until ctx ends, what nobody's turn does: a checkpoint over the
// audit, and letting go of what is old or was left undone. Each step is safe to be done twice and
// by several processes; what fails is logged and tried again the next time.
func (s *service) keepTidy(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		s.tidy(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *service) tidy(ctx context.Context) {
	steps := []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"erase conversations that ran out", s.eraseOverdue},
		{"let go of what is old", s.store.Sweep},
		{"write an audit checkpoint", s.store.Checkpoint},
		{"see who is on call", s.seeOnCall},
		{"tell again about what nobody has taken", s.escalate},
		{"send the numbers of the day", s.digest},
		{"gather bursts", s.gather},
		{"count the campaigns", s.countCampaigns},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("could not "+step.name, "error", err)
		}
	}
}

// mostErased bounds one round, so that a long absence is made up for without holding others up.
const mostErased = 500

// eraseOverdue erases what was not sent in time, each conversation in a transaction of its own.
func (s *service) eraseOverdue(ctx context.Context) error {
	overdue, err := s.store.Overdue(ctx, s.now(), mostErased)
	if err != nil {
		return err
	}
	for _, a := range overdue { // one that cannot be opened keeps nobody else from being erased
		err = errors.Join(err, s.desk.Expire(ctx, a))
	}
	if n := len(overdue); n > 0 {
		s.log.Info("erased conversations that ran out", "count", n)
	}
	return err
}

// escalate tells the team again about urgent cases that nobody has taken.
func (s *service) escalate(ctx context.Context) error {
	if s.team == nil {
		return nil
	}
	return s.team.Escalate(ctx, s.store)
}

func (s *service) digest(ctx context.Context) error {
	if s.team == nil {
		return nil
	}
	return s.team.Digest(ctx, s.store)
}

// gather looks for bursts in every campaign.
func (s *service) gather(ctx context.Context) error {
	var wrong error
	for _, id := range s.shelf.ids() {
		n, err := s.desk.Gather(ctx, id)
		wrong = errors.Join(wrong, err)
		if n > 0 {
			s.log.Warn("submissions came in a burst and look alike; they are one case for the team", "campaign", id, "submissions", n)
		}
	}
	return wrong
}

// seeOnCall notes whether anybody is on call, so that help, which waits for no store, can say so.
func (s *service) seeOnCall(ctx context.Context) error {
	if s.team == nil {
		return nil
	}
	return s.store.InTx(ctx, func(tx intake.Tx) error {
		team, err := tx.Team()
		if err == nil {
			s.onCall.Store(safeguarded(team))
		}
		return err
	})
}
