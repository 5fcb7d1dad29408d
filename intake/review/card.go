package review

import (
	"slices"
	"strconv"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// The sides of a case that a desk can show.
const (
	viewCard    = "card"
	viewMore    = "more"
	viewAsk     = "ask"
	viewMessage = "message" // words to the family: typed, then sent
	viewNote    = "note"
	viewReasons = "reasons"
	viewReject  = "reject"
	viewHand    = "hand"
)

// show puts the case on the desk in front of the member, from the side that they turned to it.
func (s *sitting) show() error {
	if err := s.load(); err != nil {
		return err
	}
	if s.c == nil {
		return s.answer(s.say("queue.no-such-case", nil), []intake.Button{s.button("next", "next")})
	}
	m := intake.Message{}
	switch s.m.Sitting.View {
	case viewMore:
		m = s.moreSide()
	case viewAsk:
		m = s.askSide()
	case viewMessage, viewNote:
		m = s.wordsSide()
	case viewReasons:
		m = s.reasonsSide()
	case viewReject:
		m = s.rejectSide()
	case viewHand:
		team, err := s.everybody()
		if err != nil {
			return err
		}
		m = s.handSide(team)
	default:
		s.m.Sitting.Read = s.reasonsNow()
		var err error
		if m, err = s.card(); err != nil {
			return err
		}
	}
	s.put(m)
	return nil
}

// card is a case at a glance. It holds no word that a family typed.
func (s *sitting) card() (intake.Message, error) {
	c := s.c
	if c.State == intake.Settled {
		return s.settledCard(), nil
	}
	if c.Kind == intake.SafetyCase {
		return s.safetyCard(), nil
	}
	if c.Burst != "" {
		return s.burstCard()
	}
	facts, err := s.facts()
	if err != nil {
		return intake.Message{}, err
	}
	lines := []wording.Text{s.headline(), bold(s.title(*c)), wording.Say("")}
	lines = append(lines, facts...)
	lines = append(lines, s.outcomes()...)
	if asked := s.f.Conversation.State.Asked; c.State == intake.Waiting && asked != nil && asked.Case == c.ID {
		lines = append(lines, s.say("card.unanswered", nil))
	}
	lines = append(lines, s.standing(), s.say("card.nothing."+string(c.Kind), nil))
	return intake.Message{Text: wording.Lines(lines...), Buttons: s.cardButtons()}, nil
}

// headline is "🟠 TT-7K4Q-9M2F · NL · 2 children · 4 of 12".
func (s *sitting) headline() wording.Text {
	sub := s.f.Submission
	args := wording.Args{"mark": mark(*s.c), "reference": sub.Reference, "country": sub.Country, "place": ""}
	if s.place != "" {
		args["place"] = " · " + s.place
	}
	if s.c.Kind == intake.SafetyCase {
		return s.say("card.head", args)
	}
	children := len(s.f.Conversation.State.Members)
	args["children"] = s.count("card.children", children, nil).Plain()
	return s.say("card.head-children", args)
}

func bold(t wording.Text) wording.Text {
	out := slices.Clone(t)
	for i := range out {
		out[i].Bold = true
	}
	return out
}

// outcomes says of each member whether they count.
func (s *sitting) outcomes() []wording.Text {
	var lines []wording.Text
	counting := map[string]bool{}
	if c, _, ok := s.Campaign(s.c.Campaign); ok {
		for _, o := range c.Outcomes {
			counting[string(o.Tier)] = counting[string(o.Tier)] || o.Counts
		}
	}
	for _, m := range s.f.Submission.Members {
		key := "card.supports"
		if counting[m.Outcome] {
			key = "card.would-count"
		}
		lines = append(lines, s.say(key, wording.Args{"who": s.who(s.f, m.Item)}))
	}
	return lines
}

// who is "child 2", or the person who writes.
func (s *sitting) who(f *intake.File, item int) string {
	n := slices.Index(f.Conversation.State.Members, item) + 1
	if item == 0 || n == 0 {
		return s.say("card.parent", nil).Plain()
	}
	return s.say("card.child", wording.Args{"n": strconv.Itoa(n)}).Plain()
}

// standing says how long the case waits, who has it, and what the family knows.
func (s *sitting) standing() wording.Text {
	c := s.c
	args := wording.Args{"since": s.since(c.Opened), "who": s.name(c.Holder)}
	switch {
	case c.State == intake.Asked:
		return s.say("card.asked", args)
	case c.State == intake.Second:
		return s.second()
	case c.HeldBy(s.m.ID, s.now):
		return s.say("card.yours", args)
	case c.Holder != "" && s.now.Before(c.Until):
		return s.say("card.held", args)
	}
	return s.say("card.waiting", args)
}

// second says what somebody decided and needs another pair of eyes for.
func (s *sitting) second() wording.Text {
	proposed, ok := s.f.Submission.Review.Proposed[s.c.ID]
	if !ok {
		return nil
	}
	who := s.name(proposed.By)
	if proposed.By == s.m.ID {
		who = s.m.Sitting.Name
	}
	text := s.say("second."+proposed.Verdict, wording.Args{"who": who, "since": s.since(proposed.At)})
	if proposed.Reason != "" {
		text = wording.Lines(text, s.reason(proposed.Reason))
	}
	return text
}

func (s *sitting) reason(id string) wording.Text {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return nil
	}
	return c.Text(s.m.Sitting.Language, "review.reasons."+id+".short", "", nil)
}

// cardButtons are the two actions that fit the reason, then ask, look and more.
func (s *sitting) cardButtons() [][]intake.Button {
	skip := []intake.Button{s.button("skip", "skip")}
	if s.c.State == intake.Asked {
		return [][]intake.Button{{s.button("look", "look"), s.button("more", "more")}, {s.button("next", "next")}}
	}
	if s.c.State == intake.Second {
		return [][]intake.Button{{s.button("second.agree", "agree:"+stamp(s.f.Submission.Review.Proposed[s.c.ID].At))}, {s.button("second.refuse", "disagree")},
			{s.button("look", "look"), s.button("more", "more")}, skip}
	}
	var rows [][]intake.Button
	for _, verdict := range fitting(*s.c) {
		if !s.offered(verdict) {
			continue
		}
		rows = append(rows, []intake.Button{s.button("act."+verdict, "act:"+verdict)})
	}
	return append(rows, []intake.Button{s.button("ask", "ask"), s.button("look", "look"), s.button("more", "more")}, skip)
}

// fitting are the two decisions that a reason is usually settled by.
func fitting(c intake.Case) []string {
	switch c.Code {
	case "SAME_CHILD", "SAME_HANDLE":
		return []string{intake.KeepBoth, intake.Merge}
	case "DUPLICATE_CLAIMANT":
		return []string{intake.Merge, intake.NotDuplicate}
	}
	return []string{intake.Accept, intake.Hold}
}

// safetyCard says "safeguarding" and nothing else.
func (s *sitting) safetyCard() intake.Message {
	text := s.say("safety.card", wording.Args{"reference": s.f.Submission.Reference, "country": s.f.Submission.Country, "since": s.clock(s.c.Opened)})
	text = wording.Lines(text, s.standing())
	if s.c.State == intake.Second {
		return intake.Message{Text: text, Buttons: s.cardButtons()}
	}
	if !s.c.HeldBy(s.m.ID, s.now) {
		return intake.Message{Text: text, Buttons: [][]intake.Button{{s.button("safety.have", "have")}, {s.button("skip", "skip")}}}
	}
	return intake.Message{Text: text, Buttons: [][]intake.Button{
		{s.button("look", "look"), s.button("note", "note")}, {s.button("act."+intake.CloseSafety, "act:"+intake.CloseSafety)}, {s.button("hand", "hand"), s.button("next", "next")}}}
}

// settledCard says who decided what, and lets the last decision be undone while that can be.
func (s *sitting) settledCard() intake.Message {
	c := s.c
	text := s.say("settled."+c.Verdict, wording.Args{"reference": s.f.Submission.Reference, "who": s.name(c.Decider), "at": s.clock(c.Decided)})
	var row []intake.Button
	if undo := s.f.Submission.Review.Undo; undo != nil && undo.Case == c.ID && s.now.Before(undo.Until) && s.mayUndo(undo) && s.f.Submission.Status != intake.Withdrawn {
		row = append(row, s.button("undo", "reopen"))
	}
	return intake.Message{Text: text, Buttons: [][]intake.Button{append(row, s.button("next", "next"))}}
}

// mayUndo: who decided, within ten minutes; a merger anybody who decides such cases, within seven days.
func (s *sitting) mayUndo(u *intake.Undo) bool {
	return s.c.Decider == s.m.ID || s.c.Verdict == intake.Merge
}

func (s *sitting) clock(at time.Time) string { return s.Desk.clock(s.c.Campaign, at) }

// clock is a moment as the campaign's clock shows it.
func (d *Desk) clock(campaign string, at time.Time) string {
	if c, _, ok := d.Campaign(campaign); ok {
		at = at.In(c.Location())
	}
	return at.Format("15:04")
}

// inChat reports whether the member's platform may carry something so delicate in a chat.
func (s *sitting) inChat(of campaign.Sensitivity) bool {
	c, _, ok := s.Campaign(s.c.Campaign)
	return ok && c.Where(s.e.Account.Platform(), of) == campaign.InChat
}
