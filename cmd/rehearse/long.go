package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
)

// long is what a row is besides a number of people and faults.
type long struct {
	Play    string `default:"interviews" enum:"interviews,delivery,latency,outages,fuzz,baseline,planted" help:"What is played: interviews, delivery (everybody writes while the program is away, and all that it has to say waits for the platforms' limits), latency (as many turns as the limits allow, in bursts), outages (of Discord), fuzz (every fuzz target in turn), baseline (how many turns a second the program does beside a bare one, on PostgreSQL), planted (every historic bug that can be planted)."`
	AtOnce  int    `help:"How many of the people talk at the same time; 0 for all."`
	Unpaced bool   `help:"Lift the platforms' limits, and the program's with them."`
	clock   *clock // nil for the machine's
	Count   int    `help:"Of what the row is about: outages, inputs of fuzz targets, bursts of turns."`
}

// options are what a row's name says of it.
func (l long) options() string {
	name := ""
	if l.Play != "" && l.Play != "interviews" {
		name += " --play " + l.Play
	}
	if l.AtOnce > 0 {
		name += fmt.Sprintf(" --at-once %d", l.AtOnce)
	}
	if l.Unpaced {
		name += " --unpaced"
	}
	if l.Count > 0 {
		name += fmt.Sprintf(" --count %d", l.Count)
	}
	return name
}

// program reports whether a row is played with the program, built once for all rows.
func (r row) program() bool { return !slices.Contains([]string{"fuzz", "baseline", "planted"}, r.Play) }

// play plays a row, whatever it plays.
func (r row) play(ctx context.Context, program, dir string, out io.Writer) (result, error) {
	switch r.Play {
	case "delivery":
		return r.delivery(ctx, program, dir, out)
	case "latency":
		return r.latency(ctx, program, dir, out)
	case "outages":
		return r.outages(ctx, program, dir, out)
	case "fuzz":
		return r.fuzz(ctx, out)
	case "baseline":
		return r.compare(ctx, dir, out)
	case "planted":
		return r.catch(ctx, dir, out)
	}
	_, res, err := r.rehearse(ctx, program, dir, out)
	return res, err
}

// nightly are the rows of the table that take long. What counts towards one goal is in several rows
// with seeds of their own, so that a night that was cut short goes on where it was.
func nightly(seed uint64) []row {
	usual := row{People: 100, Discord: 20, Seed: seed, Every: time.Second, Limit: time.Hour}
	var rows []row
	add := func(n uint64, db string, change func(r *row)) {
		for i := range n {
			r := usual
			r.DB, r.Seed = db, seed+i
			change(&r)
			rows = append(rows, r)
		}
	}
	killed := func(r *row) { r.People, r.Faults = 300, []string{"kill"} }
	add(5, "sqlite", killed)
	add(5, "postgres", killed)
	add(10, "postgres", func(r *row) { r.Faults = databaseFaults })
	add(10, "sqlite", func(r *row) { r.People, r.Cast, r.PowerLoss = 40, people.Cast{people.Prover: 40}, 10_000 })
	gone := func(r *row) { r.long = long{Play: "outages", Count: 25, Unpaced: true} }
	add(10, "sqlite", gone)
	add(10, "postgres", gone)
	mixed := func(r *row) { r.People, r.Cast = 60, people.Mixed() }
	add(2, "sqlite", mixed)
	add(2, "postgres", mixed)
	add(1, "postgres", func(r *row) { r.long = long{Play: "latency", Count: 60} })
	add(1, "postgres", func(r *row) {
		r.People, r.Faults, r.Every, r.long = 10_000, []string{"telegram-429", "discord-429"}, 10*time.Second, long{Play: "delivery"}
	})
	add(1, "postgres", func(r *row) { r.People, r.long, r.Limit = 10_000, long{AtOnce: 500, Unpaced: true}, 6*time.Hour })
	add(1, "postgres", func(r *row) {
		r.People, r.long, r.comparison = 50, long{Play: "baseline"}, comparison{Rounds: 7, Round: 4 * time.Second, Stored: 1_000_000}
	})
	add(10, "sqlite", func(r *row) { r.long = long{Play: "fuzz", Count: 5_000_000} })
	add(1, "sqlite", func(r *row) { r.long = long{Play: "planted"} })
	return rows
}

// databaseFaults are those after which PostgreSQL may have carried out what nobody was told of, or not
// have carried out what somebody waits for.
var databaseFaults = []string{postgresStop, "commit-lost", "commit-cut", "postgres-backends"}

// trimTelegram leaves out of the history what nobody looks at.
func trimTelegram(e *telegram.Entry) {
	if e.Status == 200 {
		e.Reply = nil
	}
}

func trimDiscord(e *discord.Entry) {
	if e.Status < 300 {
		e.Reply = nil
	}
}

// figures are what a row adds to the goals of the table.
func (r row) figures(res result) map[string]float64 {
	all := map[string]float64{}
	if r.Play != "" && r.Play != "interviews" {
		return all
	}
	broken := float64(len(res.Failed))
	only := func(faults ...string) bool {
		return len(r.Faults) > 0 && !slices.ContainsFunc(r.Faults, func(f string) bool { return !slices.Contains(faults, f) })
	}
	struck := 0
	for name, n := range res.Faults {
		if slices.Contains(r.Faults, name) {
			struck += n
		}
	}
	switch {
	case r.Chaos:
	case only("kill"):
		all[killsOf(r.DB)], all[killsBroken], all[killsReady] = float64(struck), broken, res.Ready.P99
	case only(databaseFaults...):
		all[crashes], all[crashesBroken] = float64(struck), broken
	case res.Power != nil:
		all[images], all[imagesBroken] = float64(res.Power.Images), broken
	case r.Unpaced && len(r.Faults) == 0:
		all[crowdPeople], all[crowdBroken], all[crowdMemory] = float64(res.Submitted), broken, res.Memory
	}
	return all
}
