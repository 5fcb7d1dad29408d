package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
)

// long is what a row is besides a number of people and faults.
type long struct {
	Play    string `default:"interviews" enum:"interviews,delivery,latency,outages,fuzz" help:"What is played: interviews, delivery (everybody writes while the program is away, and all that it has to say waits for the platforms' limits), latency (as many turns as the limits allow, in bursts), outages (of Discord), fuzz (every fuzz target in turn)."`
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
	}
	_, res, err := r.rehearse(ctx, program, dir, out)
	return res, err
}

// nightly are the rows of the table that take long. What counts towards one goal is in several rows
// with seeds of their own, so that a night that was cut short goes on where it was.
func nightly(seed uint64) []row {
	usual := row{People: 100, Discord: 20, Seed: seed, Every: 1500 * time.Millisecond, Limit: time.Hour}
	var rows []row
	for i := range uint64(10) {
		for _, db := range []string{"sqlite", "postgres"} {
			killed := usual
			killed.DB, killed.People, killed.Seed, killed.Faults, killed.Every = db, 300, seed+i, []string{"kill"}, time.Second
			rows = append(rows, killed)
		}
	}
	crowd, waiting, rhythm, fuzzed := usual, usual, usual, usual
	crowd.DB, crowd.People, crowd.long, crowd.Limit = "postgres", 10_000, long{AtOnce: 500, Unpaced: true}, 6*time.Hour
	waiting.DB, waiting.People, waiting.long = "postgres", 10_000, long{Play: "delivery"}
	waiting.Faults, waiting.Every = []string{"telegram-429", "discord-429"}, 10*time.Second
	rhythm.DB, rhythm.long = "postgres", long{Play: "latency", Count: 60}
	fuzzed.DB, fuzzed.long = "sqlite", long{Play: "fuzz", Count: 5_000_000}
	rows = append(rows, rhythm, waiting, crowd)
	for i := range uint64(20) {
		gone := usual
		gone.DB, gone.Seed, gone.long = []string{"sqlite", "postgres"}[i%2], seed+i, long{Play: "outages", Count: 25, Unpaced: true}
		rows = append(rows, gone)
	}
	for i := range uint64(10) {
		fuzzed.Seed = seed + i
		rows = append(rows, fuzzed)
	}
	return rows
}

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
	interviews := r.Play == "" || r.Play == "interviews"
	if n := res.Faults["kill"]; interviews && n > 0 && len(r.Faults) == 1 {
		all[killsOf(r.DB)] = float64(n)
		all[killsBroken] = float64(len(res.Failed))
		all[killsReady] = res.Ready.P99
	}
	if interviews && r.Unpaced && len(r.Faults) == 0 && !r.Chaos {
		all[crowdPeople] = float64(res.Submitted)
		all[crowdBroken] = float64(len(res.Failed))
		all[crowdMemory] = res.Memory
	}
	return all
}
