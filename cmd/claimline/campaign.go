package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"claimline/intake"
	"claimline/intake/campaign"
)

type campaignCmd struct {
	Check   checkCmd   `cmd:"" help:"Report every fault of a campaign's folder, with file, line and reason."`
	Show    showCmd    `cmd:"" help:"Show a campaign's questions, and what each path through them asks of a person."`
	Approve approveCmd `cmd:"" help:"Open a campaign, or reopen a paused one: what people send in counts from now on."`
	Pause   pauseCmd   `cmd:"" help:"Take nothing new. What was sent stays; rights and the danger button still work."`
	Close   closeCmd   `cmd:"" help:"Close a campaign for good: nothing new, and it cannot be opened again."`
}

type checkCmd struct {
	Dir string `arg:"" help:"Folder that holds campaign.yaml."`
}

// Run checks one folder.
func (c checkCmd) Run(p *program) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	found, faults := campaign.Load(os.DirFS(filepath.Dir(dir)), filepath.Base(dir))
	for _, f := range faults {
		p.say("%s", filepath.Join(c.Dir, f.String()))
	}
	switch n := len(faults); {
	case n == 1:
		return fmt.Errorf("%s has a fault", dir)
	case n > 1:
		return fmt.Errorf("%s has %d faults", dir, n)
	}
	p.say("%s is a campaign without faults.", dir)
	for _, gap := range gaps(found) {
		p.say("Before it can be approved: %s.", gap)
	}
	return nil
}

type approveCmd struct {
	ID string `arg:"" help:"The campaign."`
	By string `required:"" placeholder:"NAME" help:"Who answers for its texts. Kept in the audit trail."`
}

// Run opens a campaign whose texts are complete.
func (c approveCmd) Run(p *program) error {
	return p.move(c.ID, campaign.Open, c.By)
}

type pauseCmd struct {
	ID string `arg:"" help:"The campaign."`
	By string `placeholder:"NAME" default:"operator" help:"Who paused it. Kept in the audit trail."`
}

// Run pauses a campaign.
func (c pauseCmd) Run(p *program) error { return p.move(c.ID, campaign.Paused, c.By) }

type closeCmd struct {
	ID string `arg:"" help:"The campaign."`
	By string `required:"" placeholder:"NAME" help:"Who closed it. Kept in the audit trail."`
}

// Run closes a campaign.
func (c closeCmd) Run(p *program) error { return p.move(c.ID, campaign.Closed, c.By) }

// move takes a campaign to a status, where it may go there. A program that is running learns of it
// within seconds.
func (p *program) move(id string, to campaign.Status, by string) error {
	s, err := p.openRegister()
	if err != nil {
		return err
	}
	defer s.close()
	c, from, ok := s.shelf.find(id)
	if !ok {
		return unknownCampaign(s.shelf, id)
	}
	if err := mayMove(c, from, to, by); err != nil {
		return err
	}
	if from == to {
		p.say("%s is %s already.", id, to)
		return nil
	}
	if err := s.store.SetCampaignStatus(p.ctx, id, to, strings.TrimSpace(by)); err != nil {
		return err
	}
	p.say("%s was %s and is %s now.", id, from, to)
	return nil
}

// mayMove refuses what would mislead people: a text with a gap in it or that is a draft, or a closed
// claim reopened.
func mayMove(c *campaign.Campaign, from, to campaign.Status, by string) error {
	switch {
	case strings.TrimSpace(by) == "":
		return usageError("--by needs a name")
	case from == campaign.Closed && to != campaign.Closed:
		return fmt.Errorf("%s is closed and stays closed", c.ID)
	case from == campaign.Draft && to == campaign.Paused:
		return fmt.Errorf("%s is a draft: nothing counts yet, and there is nothing to pause", c.ID)
	case to != campaign.Open:
		return nil
	}
	if todo := gaps(c); todo != nil {
		return fmt.Errorf("%s cannot be approved, its texts have gaps:\n  - %s", c.ID, strings.Join(todo, "\n  - "))
	}
	return nil
}

// gaps says what has to be done before a campaign can be approved.
func gaps(c *campaign.Campaign) []string {
	var todo []string
	if names := c.Unfilled(); names != nil {
		todo = append(todo, "fill in under values in campaign.yaml: "+strings.Join(names, ", "))
	}
	if places := c.Drafts(); places != nil {
		todo = append(todo, "have a lawyer confirm the text, then take out the line that calls it a draft: "+strings.Join(places, ", "))
	}
	return todo
}

func unknownCampaign(s *shelf, id string) error {
	return usageError(fmt.Sprintf("there is no campaign %q; there is: %s", id, strings.Join(s.ids(), ", ")))
}

type showCmd struct {
	ID string `arg:"" help:"The campaign."`
}

// Run prints a campaign as a reader would want it.
func (c showCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	s, err := loadShelf(config.CampaignsDir)
	if err != nil {
		return err
	}
	words, err := intake.ReadWords()
	if err != nil {
		return err
	}
	found, _, ok := s.find(c.ID)
	if !ok {
		return unknownCampaign(s, c.ID)
	}
	p.showQuestions(found)
	return p.showPaths(found, words)
}

func (p *program) showQuestions(c *campaign.Campaign) {
	lang := c.Languages[0]
	p.say("%s, version %d, in %s", c.Text(lang, "title", "", nil).Plain(), c.Version, strings.Join(c.Languages, ", "))
	part := 0
	for _, screen := range c.Screens {
		if screen.Part != part {
			part = screen.Part
			p.say("\nPart %d", part)
		}
		p.showScreen(c, screen, lang)
	}
	for _, pack := range c.Packs {
		p.say("\nAfter sending: %s%s", pack.ID, condition(pack.When))
		for _, screen := range pack.Screens {
			p.showScreen(c, screen, lang)
		}
	}
}

func (p *program) showScreen(c *campaign.Campaign, screen campaign.Screen, lang string) {
	for i, id := range screen.Ask {
		q := c.Question(id)
		mark := "•"
		if i > 0 {
			mark = "  +" // shown together with the one above
		}
		ask := firstLine(c.Text(lang, "questions."+id+".ask", "", nil).Plain())
		p.say("  %s %s (%s, %s%s)%s", mark, id, q.Kind, c.SensitivityOf(id), optional(q), condition(q.When))
		p.say("      %s", ask)
	}
}

func optional(q *campaign.Question) string {
	if q.Optional {
		return ", may be skipped"
	}
	return ""
}

func condition(when campaign.Expression) string {
	if when == "" {
		return ""
	}
	return "  if " + string(when)
}

func firstLine(text string) string {
	line, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if rest != "" {
		return line + " …"
	}
	return line
}

func (p *program) showPaths(c *campaign.Campaign, words *intake.Words) error {
	p.say("\n%-28s %7s %13s %8s  %s", "path", "screens", "typed answers", "minutes", "ends as")
	var failed []error
	for _, path := range c.Paths {
		walked, err := intake.WalkPath(c, words, path, p.now())
		if err != nil {
			failed = append(failed, err)
			continue
		}
		p.say("%-28s %7d %13d %8.1f  %s", path.ID, walked.Screens, walked.Typed, float64(walked.Seconds)/60, walked.Outcome)
	}
	slices.SortFunc(failed, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(failed...)
}
