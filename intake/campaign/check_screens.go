package campaign

import (
	"strconv"

	"claimline/intake/answer"
)

// screens checks how the questions are put on screens.
func (l *loader) screens(c *Campaign) {
	asked := map[string]string{} // question → its screen's path
	l.screenList(c, "screens", c.Screens, asked)
	for _, p := range c.Packs {
		if len(p.Screens) == 0 {
			l.at("packs."+p.ID, "the pack asks nothing")
		}
		l.screenList(c, "packs."+p.ID+".screens", p.Screens, asked)
	}
	set := c.setByChoices()
	for _, q := range c.Questions {
		if asked[q.ID] == "" && q.Default == "" && set[q.ID] == "" {
			l.at("questions."+q.ID, "no screen asks this question, it has no default and no choice sets it")
		}
	}
	if len(c.Screens) == 0 {
		l.at("screens", "the campaign has no screens")
	}
}

// setByChoices tells for each question that follows from a choice whose choice it is.
func (c *Campaign) setByChoices() map[string]string {
	set := map[string]string{}
	for _, q := range c.Questions {
		for _, choice := range q.Choices {
			for id := range choice.Sets {
				set[id] = q.ID
			}
		}
	}
	return set
}

func (l *loader) screenList(c *Campaign, list string, screens []Screen, asked map[string]string) {
	part, summary := 1, false
	for i, s := range screens {
		where := list + "." + strconv.Itoa(i+1)
		if len(s.Ask) > 0 {
			where = list + "." + s.ID()
		}
		switch {
		case s.Part < 1:
			l.at(where, "the screen does not say which part it belongs to, counting from 1")
		case i == 0 && s.Part != 1:
			l.at(where, "the first screen belongs to part 1")
		case s.Part < part:
			l.at(where, "the screen goes back from part %d to part %d", part, s.Part)
		case s.Part > part+1:
			l.at(where, "there is no part %d between %d and %d", part+1, part, s.Part)
		}
		part = min(max(part, s.Part), part+1)
		if s.Summary && summary {
			l.at(where, "there is a summary on an earlier screen")
		}
		summary = summary || s.Summary
		l.screen(c, where, s, asked)
	}
}

func (l *loader) screen(c *Campaign, where string, s Screen, asked map[string]string) {
	if len(s.Ask) == 0 {
		l.at(where, "the screen asks nothing")
		return
	}
	first := c.Question(s.ID())
	for i, id := range s.Ask {
		q := c.Question(id)
		switch {
		case q == nil:
			l.at(where, "there is no question %s", id)
			continue
		case asked[id] != "":
			l.at(where, "%s is asked on the screen of line %d already", id, l.line(asked[id]))
		case first != nil && q.Member != first.Member:
			l.at(where, "a screen is about a member or about the person, not both")
		case (i > 0 || s.Toggles) && q.Kind != answer.YesNo && q.Kind != answer.Agree:
			l.at(where, "%s cannot be a box to tick; only questions of the kinds yes-no and agree can", id)
		case (i > 0 || s.Toggles) && q.Pays:
			l.at(where, "%s costs money and needs a screen and a button of its own", id)
		}
		asked[id] = where
	}
}

// group checks the repeat group and that there is one question to ask for more of it.
func (l *loader) group(c *Campaign) {
	var asks []*Question
	for _, q := range c.Questions {
		if q.Kind == answer.Group {
			asks = append(asks, q)
		}
	}
	g := c.Group
	if g == nil {
		for _, q := range asks {
			l.at("questions."+q.ID+".kind", "this campaign has no group to ask more of")
		}
		return
	}
	if len(asks) != 1 {
		l.at("group", "a campaign with a group has one question of the kind group; this has %d", len(asks))
	}
	if q := c.Question(g.Name); q == nil || !q.Member || q.Kind != answer.Name {
		l.at("group.name", "%q is not a question of the kind name that is asked about each member", g.Name)
	}
	if g.Min < 0 || g.Max < 1 || g.Max > maxMembers || g.Min > g.Max {
		l.at("group", "a group has 1 to %d members, min not above max", maxMembers)
	}
	for i, leave := range g.Leave {
		where := numbered("group.leave", i)
		if leave.When == "" {
			l.at(where, "nobody would stay: the condition is missing")
		}
		if _, ok := c.Flag(leave.Flag); leave.Flag != "" && !ok {
			l.at(where+".flag", "there is no flag %s", leave.Flag)
		}
		if leave.Say == "" && !leave.Exit {
			l.at(where, "whoever lets a member go reads why: the note is missing, as say")
		}
	}
	l.groupScreen(c)
}

// maxMembers bounds a group: more need a person's help, not a longer conversation.
const maxMembers = 20

// groupScreen checks that "another one?" closes the first stretch of screens about a member.
func (l *loader) groupScreen(c *Campaign) {
	for i, s := range c.Screens {
		q := c.Question(first(s.Ask))
		if q == nil || q.Kind != answer.Group {
			continue
		}
		where := "screens." + s.ID()
		if i == 0 || !isMember(c, c.Screens[i-1]) {
			l.at(where, "the question for another member comes right after the screens about a member")
		}
		if i+1 < len(c.Screens) && isMember(c, c.Screens[i+1]) {
			l.at(where, "the screens about a member end with the question for another one")
		}
	}
}

func isMember(c *Campaign, s Screen) bool {
	q := c.Question(first(s.Ask))
	return q != nil && q.Member
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}
