package intake

import (
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// section is one stretch of the summary: the person's answers, one member's, what was agreed to.
type section struct {
	name  string
	item  int // the member it is about; 0 where it is about the person, or about everybody
	lines []line
}

type line struct {
	q     *campaign.Question
	item  int
	label string
	value string
}

// sections gathers what the summary shows, in the order in which the campaign's questions name
// them. A section that speaks of the person and of members, as of what was agreed to, is one for all.
func (t *talk) sections() []section {
	var out []section
	for _, name := range t.sectionNames() {
		shared := slices.ContainsFunc(t.Campaign.Questions, func(q *campaign.Question) bool { return q.Summary == name && !q.Member })
		items := []int{0}
		if !shared {
			items = t.state().Members
		}
		for _, item := range items {
			if lines := t.sectionLines(name, item, shared); len(lines) > 0 {
				out = append(out, section{name, item, lines})
			}
		}
	}
	return out
}

func (t *talk) sectionNames() []string {
	var names []string
	for _, q := range t.Campaign.Questions {
		if q.Summary != "" && !slices.Contains(names, q.Summary) {
			names = append(names, q.Summary)
		}
	}
	return names
}

func (t *talk) sectionLines(name string, item int, shared bool) []line {
	var lines []line
	for _, q := range t.Campaign.Questions {
		if q.Summary != name {
			continue
		}
		about := []int{item}
		if shared {
			about = t.about(q)
		}
		for _, item := range about {
			value := t.inWords(q, item)
			if value == "" || !t.counted(q, item) {
				continue
			}
			label := t.textOf("questions."+q.ID+".short", item).Plain()
			if shared && item != 0 && len(t.state().Members) > 1 && !strings.Contains(label, t.first(item)) {
				label += " (" + t.first(item) + ")"
			}
			lines = append(lines, line{q, item, label, value})
		}
	}
	return lines
}

// about lists the members a question is asked for, or nobody (0).
func (t *talk) about(q *campaign.Question) []int {
	if q.Member {
		return t.state().Members
	}
	return []int{0}
}

// counted reports whether a question's answer belongs to the file: it applies on this path, or has a default.
func (t *talk) counted(q *campaign.Question, item int) bool {
	return t.holds(q.When, item) || q.Default != "" && t.holds(t.defaultScope(q), 0)
}

// defaultScope is the condition under which a member's defaults belong to the file.
func (t *talk) defaultScope(q *campaign.Question) campaign.Expression {
	if q.Member && t.Campaign.Group != nil {
		return t.Campaign.Group.When
	}
	return ""
}

// inWords is an answer as its giver reads it back; "" when there is none.
func (t *talk) inWords(q *campaign.Question, item int) string {
	values := t.values(q.ID, item)
	if len(values) == 0 {
		return ""
	}
	at := position{q: q, item: item, screen: campaign.Screen{Ask: []string{q.ID}}}
	var words []string
	for _, v := range values {
		switch {
		case q.Kind == answer.Agree:
			words = append(words, map[bool]string{true: "✔", false: "✘"}[t.affirmed(q, item)])
		case slices.ContainsFunc(q.Choices, func(c campaign.ChoiceOf) bool { return c.ID == v }), q.Kind == answer.YesNo, q.Kind == answer.Maybe:
			words = append(words, t.choiceLabel(at, v))
		default:
			words = append(words, t.shown(q.Kind, v))
		}
	}
	return strings.Join(words, ", ")
}

// shortFrom is the number of members beyond which the summary gives each a line: the whole would not
// fit into one message, and what stands in a second one could not be taken away. The rest is behind ✎.
const shortFrom = 3

// summary reads the whole file back before it is signed: the one place where the chat repeats it.
func (t *talk) summary() wording.Text {
	var text wording.Text
	for _, s := range t.sections() {
		if s.item != 0 && len(t.state().Members) > shortFrom {
			if t.nameSection(s) {
				text = append(text, wording.Span{Text: s.lines[0].value, Bold: true}, wording.Span{Text: " · " + s.lines[min(1, len(s.lines)-1)].value + "\n"})
			}
			continue
		}
		text = append(text, wording.Span{Text: t.sectionTitle(s), Bold: true})
		for _, l := range s.lines {
			text = append(text, wording.Span{Text: "\n• " + l.label + ": " + l.value})
		}
		text = append(text, wording.Span{Text: "\n\n"})
	}
	for _, m := range t.outcomes() {
		text = append(append(text, t.outcomeText(m)...), wording.Span{Text: "\n"})
	}
	return text
}

// outcomeText says what comes of one member, and why.
func (t *talk) outcomeText(m MemberOutcome) wording.Text {
	args := t.argsAbout(m.Item)
	if m.Item != 0 {
		args["child"] = t.first(m.Item)
	}
	text := slices.Clone(t.campaignText("tiers."+m.Outcome, args))
	for _, reason := range m.Reasons {
		text = append(append(text, wording.Span{Text: " "}), t.campaignText("reasons."+reason, args)...)
	}
	return text
}

// sectionTitle is a member's name over the section that holds it, "What happened" over the others.
func (t *talk) sectionTitle(s section) string {
	title := t.textOf("sections."+s.name, s.item).Plain()
	if s.item == 0 || t.nameOf(s.item) == "" {
		return title
	}
	if t.nameSection(s) {
		return t.nameOf(s.item)
	}
	return t.others(s.item, title)
}

// nameSection reports whether a section holds a member's name.
func (t *talk) nameSection(s section) bool {
	return t.Campaign.Question(t.Campaign.Group.Name).Summary == s.name
}

// others adds whom something is about where there is more than one.
func (t *talk) others(item int, title string) string {
	if len(t.state().Members) < 2 {
		return title
	}
	return title + " · " + t.first(item)
}

// summaryButtons open a section for changing, or add a member.
func (t *talk) summaryButtons() [][]Button {
	var buttons []Button
	for _, s := range t.sections() {
		label := t.sectionTitle(s)
		if s.item != 0 && label == t.nameOf(s.item) {
			label = t.first(s.item)
		}
		buttons = append(buttons, Button{Label: "✎ " + shorten(label, 34), Action: "go:edit:" + s.name + ":" + itoa(s.item)})
	}
	if g := t.Campaign.Group; g != nil && len(t.state().Members) > 0 && len(t.state().Members) < g.Max && (g.One == "" || !t.holds(g.One, 0)) {
		buttons = append(buttons, Button{Label: t.campaignText("group.add", nil).Plain(), Action: "go:add"})
	}
	return rows(buttons)
}

// editMenu lists the answers of a section, one button each.
func (t *talk) editMenu(name string, item int) Message {
	var buttons []Button
	for _, s := range t.sections() {
		if s.name != name || s.item != item {
			continue
		}
		for _, l := range s.lines {
			buttons = append(buttons, Button{Label: shorten(l.label, 36), Action: "edit:" + l.q.ID + ":" + itoa(l.item)})
		}
	}
	out := rows(buttons)
	if g := t.Campaign.Group; item != 0 && (g.One == "" || !t.holds(g.One, 0)) {
		out = append(out, []Button{{Label: t.campaignText("group.remove", t.argsAbout(item)).Plain(), Action: "edit:remove:" + itoa(item)}})
	}
	out = append(out, []Button{{Label: t.label("back-to-summary"), Action: "go:no"}})
	return Message{Text: t.say("which-to-change", nil), Buttons: out}
}

// edit opens one answer, or the question whether a member is to be removed.
func (t *talk) edit(arg string) {
	id, number, _ := strings.Cut(arg, ":")
	item := atoi(number)
	if id == "remove" {
		t.state().Focus = &Focus{Menu: "remove", Key: Key{Item: item}}
	} else {
		t.state().Focus = &Focus{Key: Key{id, item}, Summary: true}
	}
	t.state().At = ""
	t.show()
}
