package campaign

import (
	"regexp"
	"slices"

	"claimline/intake/answer"
)

// textKey is a text that the campaign uses.
type textKey struct {
	key  string
	must bool // it has to be there; otherwise it may
	most int  // characters of a text on a button or in an input field; 0 for a message
}

var glossaryEntry = regexp.MustCompile(`^glossary\.[0-9]+\.(words|say)$`)

// keys lists every text that the campaign uses or may use.
func (c *Campaign) keys() []textKey {
	out := []textKey{{key: "title", must: true}, {key: "notes.sent", must: true}, {key: "notes.sent_supporter"}}
	if c.Group != nil {
		out = append(out, textKey{key: "group.member", must: true}, textKey{key: "notes.nobody_left", must: true},
			textKey{key: "group.add", must: true, most: maxLabel}, textKey{key: "group.remove", must: true, most: maxLabel})
		for _, leave := range c.Group.Leave {
			out = append(out, note(leave.Say))
		}
	}
	boxes := c.boxes()
	for _, q := range c.Questions {
		out = append(out, q.keys(slices.Contains(boxes, q.ID))...)
	}
	for _, p := range c.Packs {
		out = append(out, textKey{key: "packs." + p.ID + ".title", must: true}, textKey{key: "packs." + p.ID + ".offer", must: true, most: maxLabel})
	}
	for _, o := range c.Outcomes {
		out = append(out, textKey{key: "tiers." + string(o.Tier), must: true})
		if o.Reason != "" {
			out = append(out, textKey{key: "reasons." + o.Reason, must: true})
		}
	}
	for _, reason := range c.Review.Reasons {
		out = append(out, textKey{key: "review.reasons." + reason + ".short", must: true, most: maxLabel}, textKey{key: "review.reasons." + reason + ".tell", must: true})
	}
	return slices.DeleteFunc(out, func(k textKey) bool { return k.key == "" })
}

// boxes lists the questions that are shown as boxes to tick.
func (c *Campaign) boxes() []string {
	var ids []string
	screens := slices.Clone(c.Screens)
	for _, p := range c.Packs {
		screens = append(screens, p.Screens...)
	}
	for _, s := range screens {
		if s.Toggles {
			ids = append(ids, s.Ask...)
		} else if len(s.Ask) > 1 {
			ids = append(ids, s.Ask[1:]...)
		}
	}
	return ids
}

func (q *Question) keys(box bool) []textKey {
	at := "questions." + q.ID
	short := textKey{key: at + ".short", must: q.Summary != "" || box}
	if box {
		short.most = maxLabel
	}
	out := []textKey{
		{key: at + ".ask", must: true},
		{key: at + ".why", must: true},
		short,
		{key: at + ".skip", must: q.Optional && !box, most: maxLabel},
		{key: at + ".hint", most: maxHint},
	}
	if !q.Optional {
		out = slices.Delete(out, 3, 4)
	}
	if q.Summary != "" {
		out = append(out, textKey{key: "sections." + q.Summary, must: true})
	}
	named := len(q.Choices) > 0 && (q.Kind == answer.Choice || q.Kind == answer.Several || q.Kind == answer.Agree && !box || q.Kind == answer.Notice)
	for _, id := range q.answers() {
		out = append(out, textKey{key: at + ".choices." + id, must: named, most: maxLabel})
	}
	for _, choice := range q.Choices {
		out = append(out, note(choice.Opens))
		if choice.Erases && choice.Opens != "" { // what is said when nobody is left of the group
			out = append(out, textKey{key: "notes." + choice.Opens + "_all"})
		}
	}
	for _, o := range append(slices.Clone(q.Refuse), q.Doubt...) {
		out = append(out, note(o.Say))
	}
	return out
}

func note(key string) textKey {
	if key == "" {
		return textKey{}
	}
	return textKey{key: "notes." + key, must: true}
}
