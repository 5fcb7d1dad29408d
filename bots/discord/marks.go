package discord

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"claimline/bots"
)

// Ids begin with the time they were given out, so one id says up to where everything was handled:
// the newest before which nothing is unfinished. It is kept across restarts, with the time at which
// the gateway was last heard.
const (
	heardName     = "discord.heard"
	rememberEvery = 20 * time.Second
	// unordered is how far the ids of different people may arrive out of their order.
	unordered = 10 * time.Second
)

// marks notes which ids have arrived and which of them are done.
type marks struct {
	mu     sync.Mutex
	newest int64
	open   map[int64]int // how often an id is in work
}

func newMarks(newest int64) *marks { return &marks{newest: newest, open: map[int64]int{}} }

func (m *marks) begin(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest = max(m.newest, id)
	m.open[id]++
}

func (m *marks) done(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open[id]--; m.open[id] <= 0 {
		delete(m.open, id)
	}
}

// low is the id up to which everything is done, 0 when nothing has arrived yet.
func (m *marks) low() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	low := m.newest
	for id := range m.open {
		low = min(low, id-1)
	}
	return low
}

// memory is what a process knows of the one before.
type memory struct {
	id int64     // everything up to here was handled; 0 when that is not known
	at time.Time // the gateway was last heard; zero when it never was
}

func recall(ctx context.Context, s bots.Settings) (memory, error) {
	text, err := s.Setting(ctx, heardName)
	if err != nil || text == "" {
		return memory{}, err
	}
	first, second, _ := strings.Cut(text, " ")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return memory{}, nil
	}
	seconds, err := strconv.ParseInt(second, 10, 64)
	if err != nil {
		return memory{id: id}, nil
	}
	return memory{id: id, at: time.Unix(seconds, 0)}, nil
}

func (m memory) keep(ctx context.Context, s bots.Settings) error {
	return s.SetSetting(ctx, heardName, fmt.Sprintf("%d %d", m.id, m.at.Unix()))
}
