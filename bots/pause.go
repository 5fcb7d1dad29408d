package bots

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// MaxPause is the longest time between two attempts, where the platform did not ask for more.
const MaxPause = 60 * time.Second

// pauses grow from half a second, each a third shorter or longer by chance, so that many who failed
// together do not come back together.
func pauses() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, Multiplier: 2, RandomizationFactor: 1.0 / 3,
		MaxInterval: MaxPause * 3 / 4,
	}
}

// pause is the time to wait after so many failed attempts.
func pause(attempts int) time.Duration {
	const grown = 10 // more do not make it longer
	b := pauses()
	wait := b.NextBackOff()
	for range min(attempts, grown) {
		wait = b.NextBackOff()
	}
	return min(wait, MaxPause)
}

// Pauses hands out the growing pauses of one thing that is tried again and again. The zero value is
// ready; it is for one goroutine.
type Pauses struct{ b *backoff.ExponentialBackOff }

// Next is how long to wait before the next attempt.
func (p *Pauses) Next() time.Duration {
	if p.b == nil {
		p.b = pauses()
	}
	return min(p.b.NextBackOff(), MaxPause)
}

// Reset is called after a success.
func (p *Pauses) Reset() { p.b = nil }
