package intake

import (
	"errors"
	"slices"

	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// Somebody who has sent in a file for one campaign and begins another is offered to take over what
// they told about themselves and the members of their group. Nothing they agreed to goes along: that
// is given anew. Each campaign has a file of its own, with keys of its own; what is taken over is a copy.

// menuReuse is the offer. It comes once, in place of the first question that need not be asked again.
const menuReuse = "reuse"

// Before is a file of another campaign.
type Before struct {
	File     File
	Campaign *campaign.Campaign
}

// turnTo brings an event to the file of the campaign that it names: one that the account has
// already, or a new one. A campaign that takes nothing new keeps nobody from the file at hand.
func (d *Desk) turnTo(tx Tx, from File, e Event, c *campaign.Campaign) (Reply, error) {
	_, status, _ := d.Campaign(c.ID)
	if status == campaign.Paused || status == campaign.Closed {
		if _, err := tx.Aside(e.Account, c.ID); errors.Is(err, ErrNoFile) {
			e.Did = turnedAway{c}
			return d.advance(tx, from, e)
		}
	}
	to, err := tx.TurnTo(&from, c.ID)
	if errors.Is(err, ErrNoFile) {
		f := d.newFile(e, c)
		f.Conversation.Language = d.Words.Match(c.Languages, from.Conversation.Language)
		if from.Submission != nil && from.Submission.Status != Withdrawn {
			f.Conversation.State.Reuse = from.Conversation.Campaign
		}
		to, err = &f, tx.Begin(&f)
	}
	if err != nil {
		return Reply{}, err
	}
	to.Conversation.State.leave(from, to.Conversation.Campaign)
	return d.advance(tx, *to, e)
}

// turnedAway says that another campaign takes nothing new.
type turnedAway struct{ from *campaign.Campaign }

func (turnedAway) did() {}

// leave notes what the person has in other campaigns, and what stands in the chat about the one that
// they turn away from.
func (s *State) leave(from File, to string) {
	for _, id := range append(slices.Clone(from.Conversation.State.Beside), from.Conversation.Campaign) {
		if id != to && !slices.Contains(s.Beside, id) {
			s.Beside = append(s.Beside, id)
		}
	}
	s.Prompt, s.Left = Prompt{}, from.Conversation.State.Prompt // its own was taken off when it was left
}

// leaveOther takes the buttons off the question of the campaign that was turned away from.
func (t *talk) leaveOther() {
	if left := t.state().Left; left.ID != "" {
		t.state().Left = Prompt{}
		t.retire(left, t.say("further-down", nil))
	}
}

// beside says in which other campaigns the person has a file, and how to get there; empty where
// there is none.
func (t *talk) beside() wording.Text {
	var lines []wording.Text
	for _, id := range t.state().Beside {
		if t.Titles != nil {
			lines = append(lines, t.say("beside", wording.Args{"title": t.Titles(id, t.Conversation.Language), "command": "/start " + id}))
		}
	}
	return wording.Lines(lines...)
}

// otherCampaign is the campaign of a link that is not the conversation's; nil for everything else.
func (d *Desk) otherCampaign(f File, e Event) *campaign.Campaign {
	id := campaignOfLink(e)
	if id == "" || id == f.Conversation.Campaign {
		return nil
	}
	c, _, ok := d.Campaign(id)
	if !ok || c.ID == f.Conversation.Campaign {
		return nil
	}
	return c
}

// before finds the file that a conversation may take over from, where somebody stands before the offer.
func (d *Desk) before(tx Tx, f File) (*Before, error) {
	id := f.Conversation.State.Reuse
	if id == "" || f.Conversation.State.At != (position{menu: menuReuse}).String() {
		return nil, nil
	}
	c, _, ok := d.Campaign(id)
	if !ok {
		return nil, nil
	}
	source, err := tx.Aside(f.Account, id)
	if errors.Is(err, ErrNoFile) { // erased since
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Before{*source, c}, nil
}

// takeOver copies what both campaigns ask for: what the person told about themselves and, where the
// question of a member's name stands open, the members whom they named. What does not hold here is
// asked again.
func (t *talk) takeOver(item int) {
	if t.Before == nil {
		return
	}
	t.copyAnswers(false, 0, 0)
	if item != 0 {
		t.copyMembers(item)
	}
	t.recheck()
	t.settle()
	t.above = append(t.above, t.say("reused", nil))
}

// copyMembers fills the member who is asked about, and adds the others.
func (t *talk) copyMembers(item int) {
	name := t.Before.Campaign.Group.Name
	for _, from := range t.Before.File.Conversation.State.Members {
		if t.Before.File.Conversation.State.Answers[Key{name, from}].How != Given {
			continue // the person, who is a member too
		}
		if item == 0 && len(t.state().Members) < t.Campaign.Group.Max {
			t.addMember()
			item = t.state().Last
		}
		if item != 0 {
			t.copyAnswers(true, from, item)
		}
		item = 0
	}
}

// copyAnswers copies the answers about one member, or about the person.
func (t *talk) copyAnswers(member bool, from, to int) {
	for _, q := range t.Campaign.Questions {
		asked := t.Before.Campaign.Asking(q.Same)
		if asked == nil || q.Member != member || asked.Kind != q.Kind || asked.Member != member {
			continue
		}
		a, ok := t.Before.File.Conversation.State.Answers[Key{asked.ID, from}]
		if ok && a.How == Given {
			t.record(position{q: &campaign.Question{}, item: to}, q, Answer{How: Given, Values: a.Values})
		}
	}
}
