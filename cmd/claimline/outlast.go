package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"claimline/intake"
)

// startPatience is how long a start waits for the database. After a reboot a server comes up beside the
// program, and after a crash it first goes through its log. One that is away for longer is told of by
// the program's end, which whatever keeps it running sees.
const (
	startPatience = time.Minute
	knockEvery    = time.Second
)

// outlast does a part of the start, which may be done twice, again and again while the database is away.
// Any other error is returned at once: a wrong password or key is not mended by waiting.
func outlast(ctx context.Context, log *slog.Logger, patience, every time.Duration, part func() error) error {
	began, said := time.Now(), false
	for {
		err := part()
		if !errors.Is(err, intake.ErrAway) || ctx.Err() != nil {
			return err
		}
		if waited := time.Since(began); waited >= patience {
			return fmt.Errorf("waited %s for the database: %w", waited.Round(time.Second), err)
		}
		if !said {
			said = true
			log.Warn("the database does not answer, the start waits for it", "at_most", patience.String(), "error", err)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(every):
		}
	}
}
