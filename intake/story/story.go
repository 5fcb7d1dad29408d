// Package story tells what a person did and what they saw, for tests of every surface.
//
// A story is a file. It names question ids and the labels that people read, never buttons or
// message ids, so that the same file is told through the rules alone, through Telegram, and through
// every surface that comes later. A step that names a question asserts that this is the question
// showing, and answers it: by pressing where a button says so, by typing otherwise.
//
//	title: A father who mistypes the birth date
//	locale: nl
//	steps:
//	  - says: /start tiktok-nl-school
//	  - tt.intro: Beginnen
//	  - c.dob: 31 februari 2012
//	    reason: date-no-such-day
//	  - c.dob: 3 maart 2012
//	    sees: 3 maart 2012
//	ends:
//	  stage: sent
//	  outcome: claimant
//	  answers: {"c.dob#1": 2012-03-03}
package story

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Story is one person's way through a campaign.
type Story struct {
	Name     string `yaml:"-"` // the file's name without its ending
	Title    string `yaml:"title"`
	Campaign string `yaml:"campaign"` // "tiktok" when left out
	Locale   string `yaml:"locale"`   // what the person's device says
	Status   string `yaml:"status"`   // the campaign's; "open" when left out
	Steps    []Step `yaml:"steps"`
	Ends     Ends   `yaml:"ends"`
}

// Step is one thing a person does, and what must be seen after it.
type Step struct {
	Question string   // the question that must be showing; "" when the step names none
	Item     int      // the member it must be about; 0 for whichever
	Answers  []string // what is pressed or typed, one after the other
	Says     string   // typed whatever is showing
	Presses  string   // a button's label
	Late     string   // a button of an earlier question, by label
	Sends    string   // a file: "photo", "document", "album", "huge"
	Gives    string   // "voice", "sticker", "location", "poll", "contact", "video-note"
	Forwards string
	Edits    string
	Waits    time.Duration
	Away     bool // the program was away; the platform may have lost a press
	Sees     []string
	SeesNot  []string
	Reason   string // the answer is asked again, with this reason
	Showing  string // the question that must be showing after the step
}

// Ends is how it must end.
type Ends struct {
	Stage    string            `yaml:"stage"` // "open", "sent", "stopped", "gone"
	Status   string            `yaml:"status"`
	Outcome  string            `yaml:"outcome"`
	Members  []string          `yaml:"members"`
	Reasons  []string          `yaml:"reasons"`
	Flags    []string          `yaml:"flags"` // exactly these codes; left out: not looked at
	Answers  map[string]string `yaml:"answers"`
	Absent   []string          `yaml:"absent"` // questions that must have no answer
	Language string            `yaml:"language"`
}

// UnmarshalYAML reads a step: its own words, or a question's id with what is answered.
func (s *Step) UnmarshalYAML(src []byte) error {
	var fields yaml.MapSlice
	if err := yaml.Unmarshal(src, &fields); err != nil {
		return fmt.Errorf("read step: %w", err)
	}
	for _, f := range fields {
		if err := s.set(fmt.Sprint(f.Key), f.Value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Step) set(key string, value any) (err error) {
	switch key {
	case "says":
		s.Says = fmt.Sprint(value)
	case "presses":
		s.Presses = fmt.Sprint(value)
	case "presses-late":
		s.Late = fmt.Sprint(value)
	case "sends":
		s.Sends = fmt.Sprint(value)
	case "gives":
		s.Gives = fmt.Sprint(value)
	case "forwards":
		s.Forwards = fmt.Sprint(value)
	case "edits":
		s.Edits = fmt.Sprint(value)
	case "waits":
		s.Waits, err = time.ParseDuration(fmt.Sprint(value))
	case "away":
		s.Away = true
	case "sees":
		s.Sees = list(value)
	case "sees-not":
		s.SeesNot = list(value)
	case "reason":
		s.Reason = fmt.Sprint(value)
	case "showing":
		s.Showing = fmt.Sprint(value)
	default:
		id, item, _ := strings.Cut(key, "#")
		s.Question, s.Answers = id, list(value)
		if item != "" {
			_, err = fmt.Sscan(item, &s.Item)
		}
	}
	return err
}

func list(value any) []string {
	many, ok := value.([]any)
	if !ok {
		return []string{fmt.Sprint(value)}
	}
	var out []string
	for _, v := range many {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// Load reads every story of a folder. The error names the file.
func Load(fsys fs.FS, dir string) ([]Story, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	var out []Story
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read story: %w", err)
		}
		s := Story{Campaign: "tiktok", Status: "open", Locale: "en"}
		if err := yaml.UnmarshalWithOptions(src, &s, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("story %s: %w", name, err)
		}
		s.Name = strings.TrimSuffix(path.Base(name), ".yaml")
		out = append(out, s)
	}
	return out, nil
}
