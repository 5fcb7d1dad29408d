package intake

import (
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// fileMenu is the place to which a sent file returns: what can be added, and the way out.
func (t *talk) fileMenu() Message {
	s := t.Submission
	text := t.say("file-menu", wording.Args{"reference": s.Reference})
	var buttons [][]Button
	if s.Status != Withdrawn {
		for _, item := range t.packItems() {
			for _, p := range t.Campaign.Packs {
				if t.packOpen(p, item) {
					label := capital(t.campaignText("packs."+p.ID+".offer", t.argsAbout(item))).Plain()
					buttons = append(buttons, []Button{{Label: label, Action: "pack:" + p.ID + ":" + itoa(item)}})
				}
			}
		}
	}
	switch {
	case s.Status == Withdrawn:
		text = t.say("status."+Withdrawn, wording.Args{"reference": s.Reference})
	case len(t.state().Members) == 0:
		text = t.say("file-menu-supporter", wording.Args{"reference": s.Reference})
	case len(buttons) == 0:
		text = t.say("file-menu-done", wording.Args{"reference": s.Reference})
	}
	if t.mayInvite() {
		buttons = append(buttons, []Button{{Label: t.label("guardian.invite-button"), Action: "invite"}})
	}
	buttons = append(buttons, []Button{
		{Label: t.label("status-button"), Action: "status"}, {Label: t.label("help-button"), Action: "help"}, {Label: "🆘", Action: ActionDanger}})
	return Message{Text: text, Buttons: buttons}
}

func (t *talk) packItems() []int {
	if len(t.state().Members) == 0 {
		return nil
	}
	return t.state().Members
}

// packOpen reports whether a pack still has something to ask about a member, or room for files:
// proof may come at any time.
func (t *talk) packOpen(p campaign.Pack, item int) bool {
	screens := t.packScreens(p, item)
	return t.holds(p.When, item) && (slices.ContainsFunc(screens, t.missing) || slices.ContainsFunc(screens, t.hasRoom))
}

func (t *talk) hasRoom(at position) bool {
	return at.q.Kind == answer.File && len(t.values(at.q.ID, at.item)) < t.fileLimit(at.q)
}

func (t *talk) openPack(arg string) {
	id, number, _ := strings.Cut(arg, ":")
	item := atoi(number)
	i := slices.IndexFunc(t.Campaign.Packs, func(p campaign.Pack) bool { return p.ID == id })
	if i >= 0 && slices.Contains(t.state().Members, item) && t.packOpen(t.Campaign.Packs[i], item) {
		t.state().Pack = &PackAt{ID: id, Item: item}
		t.changed()
		t.reopenFiles()
		t.above = append(t.above, t.campaignText("packs."+id+".title", t.argsAbout(item)))
	}
	t.show()
}

// reopenFiles asks for files again in a pack that has nothing else left.
func (t *talk) reopenFiles() {
	walk := t.walk()
	if slices.ContainsFunc(walk, t.missing) {
		return
	}
	if i := slices.IndexFunc(walk, t.hasRoom); i >= 0 {
		a := t.state().Answers[walk[i].key()]
		a.How = Gathering
		t.state().Answers[walk[i].key()] = a
		t.changed()
	}
}

// closePack ends a pack in which nothing is missing any more. Who had nothing to add is not told that it
// was stored.
func (t *talk) closePack() {
	if t.state().Pack == nil {
		return
	}
	said := "pack-empty"
	if slices.ContainsFunc(t.walk(), func(at position) bool { return t.state().Answers[at.key()].How == Given }) {
		said = "pack-done"
	}
	t.state().Pack = nil
	t.changed()
	t.above = append(t.above, t.say(said, nil))
}
