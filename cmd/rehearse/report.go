package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/cmd/rehearse/powerloss"
)

// result is what a row came to: its figures and the verdict.
type result struct {
	Row       string             `json:"row"`
	When      time.Time          `json:"when"`
	Machine   string             `json:"machine"`
	Seconds   float64            `json:"seconds"`
	Answers   int                `json:"answers_in_the_register"`
	Turns     int                `json:"turns"` // what people said, pressed and handed in
	Rate      float64            `json:"turns_per_second"`
	Reply     spread             `json:"reply"`                  // from what a person did in a chat to the first thing they were sent
	Pacing    spread             `json:"beyond_pacing,omitzero"` // from when the platform's limits allowed a reply until it was sent
	Ready     spread             `json:"ready_again"`            // from a start to the first poll
	CPU       float64            `json:"cpu_ms_per_turn"`
	Asked     statements         `json:"asked_of_the_database,omitzero"` // for a turn
	Memory    float64            `json:"peak_memory_mb"`
	Lives     int                `json:"processes"`
	Refused   map[string]int     `json:"refused_calls"` // by status
	Copies    int                `json:"explained_copies"`
	Faults    map[string]int     `json:"faults"`
	Submitted int                `json:"submitted"`         // people who were told that their claim is on file
	Figures   map[string]float64 `json:"figures,omitempty"` // what the row adds to the goals of the table
	Power     *powerloss.Report  `json:"power_loss,omitempty"`
	Held      bool               `json:"held"`
	Failed    []failure          `json:"failed,omitempty"`
}

// spread is how long something took, in milliseconds.
type spread struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func spreadOf(all []time.Duration) spread {
	if len(all) == 0 {
		return spread{}
	}
	slices.Sort(all)
	at := func(part float64) float64 {
		return float64(all[int(part*float64(len(all)-1))].Microseconds()) / 1000
	}
	return spread{len(all), at(0.5), at(0.99), at(1)}
}

func (s spread) String() string {
	return fmt.Sprintf("p50 %.0f ms, p99 %.0f ms, max %.0f ms (%d)", s.P50, s.P99, s.Max, s.N)
}

// result holds the evidence to the promises and works the figures out.
func (r row) result(s *stage, e *evidence, took time.Duration) result {
	s.lives.mu.Lock()
	defer s.lives.mu.Unlock()
	res := result{Row: r.name(), When: time.Now().UTC().Truncate(time.Second), Machine: machine(), Seconds: took.Seconds(),
		Ready: spreadOf(s.lives.back), Memory: float64(s.lives.peak) / 1e6, Lives: s.lives.count,
		Refused: e.refused(), Faults: map[string]int{}, Failed: e.check()}
	for _, l := range e.register {
		res.Answers += len(l.Said())
	}
	for _, f := range e.struck {
		res.Faults[f.name]++
	}
	res.Turns, res.Reply = e.turns()
	for _, p := range e.cast {
		res.Turns += p.Pages
		if p.Receipt != "" {
			res.Submitted++
		}
	}
	res.Copies, res.Power = e.copies, e.powerLoss
	res.Rate = float64(res.Turns) / took.Seconds()
	res.CPU = float64(s.lives.cpu.Microseconds()) / 1000 / float64(max(res.Turns, 1))
	res.Asked = e.asked.among(res.Turns)
	res.Held = len(res.Failed) == 0
	res.Figures = r.figures(res)
	return res
}

// measured is the result of a row in which nobody was rehearsed with: figures, and what was not reached.
func (r row) measured(began time.Time, figures map[string]float64, missed ...failure) result {
	return result{Row: r.name(), When: time.Now().UTC().Truncate(time.Second), Machine: machine(), Seconds: time.Since(began).Seconds(),
		Figures: figures, Held: len(missed) == 0, Failed: missed}
}

func machine() string {
	return fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}

// turns counts what people did in chats, and how long it took until they were sent anything: from the
// oldest thing they had done that was not answered yet. Whatever faults cost is in it.
func (e *evidence) turns() (n int, reply spread) {
	var took []time.Duration
	waiting := map[string]time.Time{}
	did := func(chat string, at time.Time) {
		n++
		if _, ok := waiting[chat]; !ok {
			waiting[chat] = at
		}
	}
	sent := func(chat string, at time.Time) {
		if since, ok := waiting[chat]; ok && !at.Before(since) {
			took = append(took, at.Sub(since))
			delete(waiting, chat)
		}
	}
	for _, t := range e.telegram {
		switch t.Method {
		case "":
			did(fmt.Sprint(t.Chat), t.At)
		case "sendMessage", "sendDocument", "sendPhoto", "editMessageText":
			if t.Done {
				sent(t.Params["chat_id"], t.At)
			}
		}
	}
	for _, d := range e.discord {
		switch {
		case d.Act == "type", d.Act == "press", d.Act == "run", d.Act == "submit", d.Act == "choose":
			did(d.Channel, d.At)
		case d.Done && (d.Route == discord.CreateMessage || d.Route == discord.EditOriginal || d.Route == discord.EditMessage):
			sent(d.Channel, d.At)
		}
	}
	return n, spreadOf(took)
}

// refused counts the calls that the platforms did not carry out, by platform and status.
func (e *evidence) refused() map[string]int {
	all := map[string]int{}
	for _, t := range e.telegram {
		if t.Status >= 400 {
			all[fmt.Sprint("telegram ", t.Status)]++
		}
	}
	for _, d := range e.discord {
		if d.Route != "" && d.Status >= 400 && d.Status < 1000 {
			all[fmt.Sprint("discord ", d.Status)]++
		}
	}
	return all
}

func (r result) verdict() string {
	if r.Held {
		return "everything held"
	}
	return fmt.Sprintf("%d promises were not kept", len(r.Failed))
}

// mostShown is how many failures are written out.
const mostShown = 20

// write writes the report.
func (r result) write(out io.Writer) {
	fmt.Fprintf(out, "  %s, on %s\n", r.When.Format(time.DateTime), r.Machine)
	if r.Lives > 0 {
		r.writePlayed(out)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Figures)) {
		fmt.Fprintf(out, "  %s: %.3f\n", name, r.Figures[name])
	}
	for i, f := range r.Failed {
		if i == mostShown {
			fmt.Fprintf(out, "  … and %d more\n", len(r.Failed)-mostShown)
			break
		}
		fmt.Fprintf(out, "  FAILED: %s\n", f.What)
		for _, line := range f.Trail {
			fmt.Fprintf(out, "      %s\n", line)
		}
	}
	fmt.Fprintf(out, "  verdict           %s\n", r.verdict())
}

// readResults reads the results that a file holds, by row; the last one of a row counts. There may
// be no file yet.
func readResults(file string) (map[string]result, error) {
	all := map[string]result{}
	if file == "" {
		return all, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := json.NewDecoder(bufio.NewReader(f)); ; {
		var r result
		if err := lines.Decode(&r); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading %s: %w", file, err)
		}
		all[r.Row] = r
	}
}

// add adds the result to a file; "" for none.
func (r result) add(file string) error {
	if file == "" {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// writePlayed writes what was measured where people talked with the program.
func (r result) writePlayed(out io.Writer) {
	limits := "kept"
	if strings.Contains(r.Row, "--unpaced") {
		limits = "lifted"
	}
	fmt.Fprintf(out, "  turns             %d in %.0f s: %.1f a second (the platforms' limits are %s)\n", r.Turns, r.Seconds, r.Rate, limits)
	fmt.Fprintf(out, "  answers on file   %d\n", r.Answers)
	fmt.Fprintf(out, "  reply             %s\n", r.Reply)
	if r.Pacing.N > 0 {
		fmt.Fprintf(out, "  beyond the limits %s\n", r.Pacing)
	}
	fmt.Fprintf(out, "  ready after start %s\n", r.Ready)
	fmt.Fprintf(out, "  processor         %.2f ms a turn, starts included\n", r.CPU)
	if r.Asked != (statements{}) {
		fmt.Fprintf(out, "  database          %s\n", r.Asked)
	}
	fmt.Fprintf(out, "  memory            %.0f MB at most\n", r.Memory)
	fmt.Fprintf(out, "  processes         %d\n", r.Lives)
	fmt.Fprintf(out, "  faults            %v\n", r.Faults)
	fmt.Fprintf(out, "  refused calls     %v\n", r.Refused)
	fmt.Fprintf(out, "  copies            %d, each explained by a fault\n", r.Copies)
	if r.Power != nil {
		fmt.Fprintf(out, "  power loss        %s\n", r.Power)
	}
}
