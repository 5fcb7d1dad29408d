package review_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/review"
)

// arguments are what every verb of the desk is tried with. A verb that is not here fails the test.
var arguments = map[string][]string{
	"next": {""}, "skip": {""}, "undo": {""}, "back": {""}, "reopen": {""},
	"act":    {intake.Accept, intake.Hold, intake.Reject, intake.KeepBoth, intake.NotDuplicate, intake.Merge, intake.ToLawyer, intake.CloseSafety, intake.NotRaid},
	"burst":  {intake.Hold, intake.NotRaid},
	"agree":  {"{stamp}", ""},
	"reason": {"twice"}, "reject": {""}, "reasons": {""},
	"disagree": {""}, "more": {""}, "look": {""}, "ask": {""}, "on": {"0"}, "off": {"0"}, "template": {"0"}, "message": {""},
	"send": {""}, "note": {""}, "keep": {""}, "hand": {""}, "to": {"{other}"}, "know": {""}, "have": {"{case}", ""}, "roles": {"y{proposal}", "n{proposal}"},
}

// An actor is somebody with roles, none, or no longer of the team; at an account of either platform.
type actor struct {
	account intake.Account
	roles   []intake.Role
	gone    bool
	id      string
	own     *intake.Submission // of themselves as a parent
}

func (a *actor) String() string { return fmt.Sprintf("%v at %s", a.roles, a.account) }

func (a *actor) decides(kind intake.CaseKind) bool {
	role := map[intake.CaseKind]intake.Role{intake.ClaimCase: intake.Moderator, intake.SafetyCase: intake.Safeguarding, intake.LawCase: intake.Lawyer}[kind]
	return !a.gone && slices.Contains(a.roles, role)
}

// errRehearsed takes back what somebody tried.
var errRehearsed = errors.New("rehearsed")

// situations are how a case can stand to somebody, and which verbs may have an effect on it then.
// "*" are all of those that act on a case.
var situations = map[string]struct {
	put func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error
	may string
}{
	"free":               {nothing, "*"},
	"own":                {hold(func(m *matrix, a *actor) string { return a.id }), "*"},
	"another's":          {hold(func(m *matrix, a *actor) string { return m.other }), ""},
	"settled by another": {settled(func(m *matrix, a *actor) string { return m.other }), ""},
	"settled by me":      {settled(func(m *matrix, a *actor) string { return a.id }), "reopen undo"},
	"asked": {func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		c.State, c.Due = intake.Asked, m.Now().AddDate(0, 0, 14)
		return tx.SaveCase(c)
	}, "look keep know"},
	"asked in vain": {func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		c.State, c.Due = intake.Asked, m.Now()
		return tx.SaveCase(c)
	}, "*"},
	"unread": {func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		f.Submission.Flags = append(f.Submission.Flags, doubt("NAME_IMPLAUSIBLE", string(c.Kind.Role())))
		return tx.Save(f, intake.Turn{At: m.Now()})
	}, "*"},
	"proposed by me":      {proposed(func(m *matrix, a *actor) string { return a.id }), ""},
	"proposed by another": {proposed(func(m *matrix, a *actor) string { return m.other }), "agree disagree look note keep know more have"},
	"recused": {func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		return tx.Recuse(c, a.id)
	}, ""},
}

// matrix is a world in which everything is tried and nothing is kept.
type matrix struct {
	*world
	other    string // a member with every role
	proposal string // a change of roles that waits
	about    string // whose roles
}

func nothing(*matrix, intake.Tx, *actor, *intake.Case, *intake.File) error { return nil }

func hold(who func(m *matrix, a *actor) string) func(*matrix, intake.Tx, *actor, *intake.Case, *intake.File) error {
	return func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		c.Holder, c.Until = who(m, a), m.Now().Add(time.Hour)
		return tx.SaveCase(c)
	}
}

func settled(who func(m *matrix, a *actor) string) func(*matrix, intake.Tx, *actor, *intake.Case, *intake.File) error {
	return func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		verdict := intake.Accept
		if c.Kind == intake.SafetyCase {
			verdict = intake.CloseSafety
		}
		c.State, c.Verdict, c.Decider, c.Decided = intake.Settled, verdict, who(m, a), m.Now()
		if err := tx.SaveCase(c); err != nil {
			return err
		}
		return m.desk.Bring(tx, f, intake.Decided{Case: c.ID, Decision: intake.Decision{Verdict: verdict, By: c.Decider}})
	}
}

func proposed(who func(m *matrix, a *actor) string) func(*matrix, intake.Tx, *actor, *intake.Case, *intake.File) error {
	return func(m *matrix, tx intake.Tx, a *actor, c *intake.Case, f *intake.File) error {
		d := intake.Decision{Verdict: intake.Reject, Reason: "twice", By: who(m, a), At: m.Now()}
		if c.Kind == intake.SafetyCase {
			d.Verdict, d.Reason = intake.CloseSafety, ""
		}
		c.State, c.Proposer = intake.Second, d.By
		if err := tx.SaveCase(c); err != nil {
			return err
		}
		return m.desk.Bring(tx, f, intake.Proposed{Case: c.ID, Decision: &d})
	}
}

// rehearse lets somebody press one button of a card, whatever the card offers, and takes it back. It
// returns what would have lasted.
func (m *matrix) rehearse(a *actor, id, situation, action string) (effects []string, reply intake.Reply) {
	m.Helper()
	err := m.store.InTx(m.Context(), func(tx intake.Tx) error {
		read := ""
		if c, f, err := tx.Case(id); err == nil && !a.gone && a.id != "" {
			read = m.team.ReasonsOf(c, f)
			if err := situations[situation].put(m, tx, a, c, f); err != nil {
				return err
			}
		}
		showing := 5
		if member, err := tx.Member(a.account); err == nil {
			s := &member.Sitting
			s.Case, s.Showing, s.View, s.Reason, s.Text, s.Last, s.LastAt, s.Read = id, showing, "message", "twice", "", id, m.Now(), read
			s.Ticked = []intake.Key{{Question: "c.authority", Item: 1}}
			if strings.HasPrefix(action, "keep") {
				s.View, s.Text = "note", "A note"
			} else if strings.HasPrefix(action, "send") {
				s.Text = "A question"
			}
			if err := tx.SaveMember(member, intake.Turn{At: m.Now()}); err != nil {
				return err
			}
		}
		action = strings.NewReplacer("{stamp}", review.Stamp(m.Now()), "{other}", m.other, "{case}", id, "{proposal}", m.proposal).Replace(action)
		eye := &watch{Tx: tx}
		e := intake.Event{Account: a.account, At: m.Now(), Locale: "en", Did: intake.Pressed{Button: m.desk.Signer.Token(a.account, intake.DeskToken, showing, action)}}
		var ours bool
		var err error
		if reply, ours, err = m.team.Hear(eye, e); err != nil {
			return err
		}
		if !ours {
			m.Errorf("%s: %s is not of the desk", a, action)
		}
		effects = eye.seen
		return errRehearsed
	})
	if !errors.Is(err, errRehearsed) {
		m.Fatalf("%s, %s, %s: %v", a, situation, action, err)
	}
	return effects, reply
}

// Every role and every two roles, none at all and somebody dismissed try everything that a button can
// stand for, on every kind of case in every situation, on both platforms: nothing lasts of what they
// may not, and what is not theirs looks like what does not exist.
func TestWhoMayDoWhat(t *testing.T) {
	every := much(397, 83, 1) // of all combinations one in so many is tried, another on each database, besides what one role may do
	onBoth(t, func(t *testing.T, w *world) {
		m := &matrix{world: w}
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		family := w.another(mother, "telegram:2", doubt("AUTHORITY_UNCLEAR", "moderator"), doubt("SAFEGUARDING", "safeguarding"), doubt("OTHER_REPRESENTATION", "lawyer"))
		actors := m.actors(mother)
		n, tried, used := 0, 0, map[string]int{}
		offset := map[bool]int{true: 0, false: every / 2}[strings.HasSuffix(t.Name(), "SQLite")]
		for i, a := range actors {
			for _, kind := range []intake.CaseKind{intake.ClaimCase, intake.SafetyCase, intake.LawCase} {
				for _, situation := range slices.Sorted(maps.Keys(situations)) {
					id := family.Review.Cases[kind]
					for _, verb := range review.Verbs() {
						if arguments[verb] == nil {
							t.Fatalf("the desk knows %q, and nobody tries it", verb)
						}
						for _, argument := range arguments[verb] {
							sure := len(a.roles) == 1 && a.account.Platform() == "telegram" && m.may(a, kind, situation, verb)
							if n++; n%every != offset && !sure {
								continue
							}
							tried++
							used[verb] += m.try(a, kind, id, situation, verb, argument)
						}
					}
				}
			}
			m.notTheirs(a, family, i)
		}
		for _, verb := range []string{"act", "agree", "disagree", "look", "keep", "know", "to", "have", "roles", "reject", "send", "reopen"} {
			if used[verb] == 0 {
				t.Errorf("nobody could %s anything: that proves nothing", verb)
			}
		}
		t.Logf("%d of %d combinations tried; %v had an effect", tried, n, used)
	})
}

// try presses once and judges what lasted of it.
func (m *matrix) try(a *actor, kind intake.CaseKind, id, situation, verb, argument string) int {
	m.Helper()
	effects, _ := m.rehearse(a, id, situation, verb+":"+argument)
	if !m.may(a, kind, situation, verb) && len(effects) > 0 {
		m.Errorf("%s did %s:%s to a %s case, %s: %q", a, verb, argument, kind, situation, effects)
	}
	decides := func(effect string) bool {
		return strings.HasSuffix(effect, ": decision") || strings.HasSuffix(effect, ": proposed")
	}
	if situation == "unread" && slices.ContainsFunc(effects, decides) {
		m.Errorf("%s decided by %s:%s about a %s case that has changed since: %q", a, verb, argument, kind, effects)
	}
	return len(effects)
}

// may is what the team agreed on: a role for each kind of case, and what a situation leaves to do.
func (m *matrix) may(a *actor, kind intake.CaseKind, situation, verb string) bool {
	if verb == "roles" {
		return !a.gone && slices.Contains(a.roles, intake.Admin)
	}
	may := situations[situation].may
	return a.decides(kind) && (may == "*" || slices.Contains(strings.Fields(may), verb))
}

// notTheirs compares what is said about a case that is not for somebody with what is said about none.
func (m *matrix) notTheirs(a *actor, family *intake.Submission, nth int) {
	m.Helper()
	for i, verb := range review.Verbs() {
		if !*full && (i+nth)%9 != 0 {
			continue
		}
		if slices.Contains([]string{"next", "skip", "roles"}, verb) {
			continue // they name no case
		}
		action := verb + ":" + arguments[verb][0]
		_, none := m.rehearse(a, "00000000000000000000000000000000", "free", action)
		hidden := map[string]string{}
		for kind, id := range family.Review.Cases {
			if !a.decides(kind) {
				hidden[id] = "free"
			} else {
				hidden[id] = "recused"
			}
		}
		if a.own != nil {
			for _, id := range a.own.Review.Cases {
				hidden[id] = "free"
			}
		}
		for id, situation := range hidden {
			effects, reply := m.rehearse(a, id, situation, action)
			if len(effects) > 0 {
				m.Errorf("%s did %s to what is not theirs: %q", a, action, effects)
			}
			if said(reply) != said(none) {
				m.Errorf("%s reads at %s of what is not theirs\n%s\nand of nothing\n%s", a, action, said(reply), said(none))
			}
		}
	}
}

// said is what a reply shows: words, and the labels and order of its buttons.
func said(r intake.Reply) string {
	if r.Desk == nil {
		return r.Toast
	}
	return fmt.Sprintf("%s\n%s\n%q", r.Toast, r.Desk.Text.Plain(), labelsOf(*r.Desk))
}

// actors come in every role and every two, on either platform, and are parents too.
func (m *matrix) actors(parent *intake.File) []*actor {
	m.Helper()
	sets := [][]intake.Role{{}}
	for i, one := range intake.Roles() {
		sets = append(sets, []intake.Role{one})
		for _, two := range intake.Roles()[i+1:] {
			sets = append(sets, []intake.Role{one, two})
		}
	}
	m.other = m.joins("telegram:700", "Else", intake.Roles()...).member().ID
	about := m.joins("discord:700", "Abe").member()
	about.Sitting.Proposed = &intake.Proposal{Roles: []intake.Role{intake.Lawyer}, By: m.other, At: m.Now()}
	m.tx(func(tx intake.Tx) error { return tx.SaveMember(about, intake.Turn{At: m.Now()}) })
	m.proposal, m.about = review.ProposalID(about), about.ID
	var actors []*actor
	for _, platform := range []string{"telegram", "discord"} {
		for i, roles := range sets {
			h := m.joins(intake.Account(fmt.Sprintf("%s:8%02d", platform, i)), fmt.Sprintf("A%s%d", platform, i), roles...)
			a := &actor{account: h.account, roles: roles, id: h.member().ID}
			a.own = m.another(parent, h.account, doubt("AUTHORITY_UNCLEAR", "moderator"), doubt("SAFEGUARDING", "safeguarding"), doubt("OTHER_REPRESENTATION", "lawyer"))
			actors = append(actors, a)
		}
		gone := m.joins(intake.Account(platform+":899"), "Gone "+platform, intake.Roles()...)
		m.tx(func(tx intake.Tx) error { return tx.Dismiss(gone.memberIn(tx)) })
		actors = append(actors, &actor{account: gone.account, roles: intake.Roles(), gone: true},
			&actor{account: intake.Account(platform + ":898"), gone: true}) // who never was of the team
	}
	return actors
}

func (h *human) memberIn(tx intake.Tx) *intake.Member {
	h.Helper()
	member, err := tx.Member(h.account)
	if err != nil {
		h.Fatal(err)
	}
	return member
}
