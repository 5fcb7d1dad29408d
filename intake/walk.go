package intake

import (
	"maps"
	"slices"
	"strconv"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// position is where a conversation stands: a screen, for one member where it is about one, or a menu.
type position struct {
	menu   string
	screen campaign.Screen
	item   int
	q      *campaign.Question // the screen's first question
}

func (p position) String() string {
	if p.menu != "" {
		return "menu:" + p.menu
	}
	return p.screen.ID() + "#" + strconv.Itoa(p.item)
}

func (p position) key() Key { return Key{p.q.ID, p.item} }

// current is the question to show: the focus, else the first screen with something missing, else
// the menu of a file that is complete.
func (t *talk) current() position {
	walk := t.walk()
	if f := t.state().Focus; f != nil {
		if f.Menu != "" {
			return position{menu: f.Menu, item: f.Key.Item}
		}
		if at, ok := t.focused(*f, walk); ok {
			return at
		}
		t.state().Focus = nil
	}
	if at, ok := t.askedNow(); ok {
		return at
	}
	for _, at := range walk {
		if t.missing(at) {
			if t.state().Reuse != "" && at.q.Same != "" {
				return position{menu: menuReuse, item: at.item}
			}
			return at
		}
	}
	return position{menu: menuComplete}
}

// focused finds the screen of a question that is being changed. A question that is asked on no
// screen of this walk, because it has a default, gets one of its own.
func (t *talk) focused(f Focus, walk []position) (position, bool) {
	q := t.Campaign.Question(f.Key.Question)
	if q == nil || f.Key.Item != 0 && !slices.Contains(t.state().Members, f.Key.Item) {
		return position{}, false
	}
	for _, at := range walk {
		if at.item == f.Key.Item && slices.Contains(at.screen.Ask, q.ID) {
			return at, true
		}
	}
	if q.Default == "" {
		return position{}, false
	}
	return position{screen: campaign.Screen{Part: t.lastPart(walk), Ask: []string{q.ID}}, item: f.Key.Item, q: q}, true
}

func (t *talk) lastPart(walk []position) int {
	if len(walk) == 0 {
		return 1
	}
	return walk[len(walk)-1].screen.Part
}

// walk lists the screens that apply, in the order they are asked: neighbouring screens about the
// members are gone through for one member after the other.
func (t *talk) walk() []position {
	if t.walked == nil {
		t.walked = t.walkScreens()
	}
	return t.walked
}

func (t *talk) walkScreens() []position {
	if t.Conversation.Stage == StageSent {
		return t.walkPack()
	}
	walk := []position{}
	for run := range t.runs(t.Campaign.Screens) {
		if !t.member(run[0]) {
			walk = t.applicable(walk, run, 0)
			continue
		}
		if !t.holds(t.Campaign.Group.When, 0) {
			continue
		}
		for _, item := range t.state().Members {
			walk = t.applicable(walk, run, item)
		}
		if at, ok := t.another(run); ok {
			walk = append(walk, at)
		}
	}
	return walk
}

func (t *talk) walkPack() []position {
	open := t.state().Pack
	if open == nil {
		return nil
	}
	for _, pack := range t.Campaign.Packs {
		if pack.ID == open.ID {
			return t.packScreens(pack, open.Item)
		}
	}
	return nil
}

func (t *talk) packScreens(pack campaign.Pack, item int) []position {
	var walk []position
	for _, s := range pack.Screens {
		about := 0
		if t.member(s) {
			about = item
		}
		walk = t.applicable(walk, []campaign.Screen{s}, about)
	}
	return walk
}

func (t *talk) member(s campaign.Screen) bool {
	q := t.Campaign.Question(s.ID())
	return q.Member || q.Kind == answer.Group
}

// runs cuts screens into stretches that are all about a member or all about the person.
func (t *talk) runs(screens []campaign.Screen) func(func([]campaign.Screen) bool) {
	return func(yield func([]campaign.Screen) bool) {
		for start := 0; start < len(screens); {
			end := start + 1
			for end < len(screens) && t.member(screens[end]) == t.member(screens[start]) {
				end++
			}
			if !yield(screens[start:end]) {
				return
			}
			start = end
		}
	}
}

func (t *talk) applicable(walk []position, run []campaign.Screen, item int) []position {
	for _, s := range run {
		q := t.Campaign.Question(s.ID())
		if q.Kind != answer.Group && t.permitted(q) && t.holds(q.When, item) {
			walk = append(walk, position{screen: s, item: item, q: q})
		}
	}
	return walk
}

// permitted reports whether a question is asked at all: in the chat, or on the private page. Where
// there is no page, what a platform's policy wants there is left out.
func (t *talk) permitted(q *campaign.Question) bool {
	switch t.where(q.Sensitivity) {
	case campaign.InChat:
		return true
	case campaign.OnPage:
		return t.Pages != ""
	}
	return false
}

// another is the question whether there is one more member: about the last one, or about nobody
// when everybody was let go.
func (t *talk) another(run []campaign.Screen) (position, bool) {
	group, state := t.Campaign.Group, t.state()
	last := run[len(run)-1]
	q := t.Campaign.Question(last.ID())
	if q.Kind != answer.Group || len(state.Members) >= group.Max {
		return position{}, false
	}
	if group.One != "" && t.holds(group.One, 0) {
		return position{}, false
	}
	item := 0
	if n := len(state.Members); n > 0 {
		item = state.Members[n-1]
	}
	return position{screen: last, item: item, q: q}, true
}

// missing reports whether a screen has a question without an answer, or with one to something that
// reads differently now.
func (t *talk) missing(at position) bool { return t.lacks(at, t.outdated) }

// unanswered is missing without the look at the exact texts, which an estimate does not need.
func (t *talk) unanswered(at position) bool {
	return t.lacks(at, func(*campaign.Question, Answer) bool { return false })
}

func (t *talk) lacks(at position, stale func(*campaign.Question, Answer) bool) bool {
	if at.q.Kind == answer.Group {
		return t.state().More != answer.No
	}
	for _, id := range at.screen.Ask {
		q := t.Campaign.Question(id)
		if a, ok := t.state().Answers[Key{id, at.item}]; ok && a.How != Gathering && !stale(q, a) {
			continue
		}
		if id == at.q.ID || t.holds(q.When, at.item) { // the screen is here because its first question applies
			return true
		}
	}
	return false
}

// outdated reports whether what was agreed to reads differently now: then it is asked again.
func (t *talk) outdated(q *campaign.Question, a Answer) bool {
	if a.TextSHA256 == "" || t.Conversation.Stage != StageOpen {
		return false
	}
	return a.TextSHA256 != t.agreementHash(q, a.Language)
}

// settle brings the members and the answers into line with each other after a change.
func (t *talk) settle() {
	if t.Conversation.Stage != StageOpen || t.Campaign.Group == nil {
		return
	}
	state := t.state()
	if len(state.Members) == 0 && state.More == "" && t.holds(t.Campaign.Group.When, 0) {
		t.addMember()
	}
}

func (t *talk) addMember() {
	state := t.state()
	state.Last++
	state.Members = append(state.Members, state.Last)
	state.More = ""
	t.changed()
}

// letGo erases a member and everything said about it, and destroys its key. Only a worry about
// safety stays, as a code without the member.
func (t *talk) letGo(item int) {
	state := t.state()
	for _, rule := range t.Campaign.Raised(t.env(item)) {
		if rule.Acts == "safeguarding" {
			t.note(rule.Code)
		}
	}
	for k := range state.Answers {
		if k.Item == item {
			t.forgetAnswer(k)
		}
	}
	state.Fetching = maps.Clone(state.Fetching)
	maps.DeleteFunc(state.Fetching, func(_ string, k Key) bool { return k.Item == item })
	state.Members = slices.DeleteFunc(state.Members, func(m int) bool { return m == item })
	if len(state.Members) == 0 {
		state.More = "ask"
	}
	t.turn.Destroy = append(t.turn.Destroy, Compartment(item))
	t.audit("member-erased", map[string]string{"member": strconv.Itoa(item)})
	t.changed()
}

// forgetAnswer erases an answer, and the files that it named.
func (t *talk) forgetAnswer(key Key) {
	state := t.state()
	values := state.Answers[key].Values
	state.Files = slices.DeleteFunc(slices.Clone(state.Files), func(f StoredFile) bool { return slices.Contains(values, f.ID) })
	delete(state.Answers, key)
}
