// Package review is the team's desk: what the rules cannot settle is decided here by people.
//
// A moderator asks for the next case in a private chat and gets a card. The card shows no word that
// a family typed: it says why the case is there, in derived facts, and what happens if nobody does
// anything. Two buttons fit the reason; the others ask the family, look at the answers behind it, or
// do what is rare. Every press takes the case, and the same message becomes what follows.
//
// Who may do what is decided when a button is pressed, by who pressed it. What a decision means for
// a family, package intake applies to its file in the same transaction; what is decided is sealed
// with the family's keys. A look is an act of its own: counted, limited and on record.
package review

import (
	"errors"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// Desk is where the team works. New joins it to the desk of the families.
type Desk struct {
	*intake.Desk
	// Figures words how a campaign stands, with a picture; ok is false where nobody has counted it. nil
	// where nobody counts.
	Figures func(campaign, language string) (m intake.Message, ok bool, err error)

	texts texts
}

// New makes the team's desk and joins it to the families'. It returns an error naming every fault in
// the language files.
func New(d *intake.Desk) (*Desk, error) {
	t, err := readTexts()
	if err != nil {
		return nil, err
	}
	desk := &Desk{Desk: d, texts: t}
	d.Hear, d.Call = desk.Hear, desk.Call
	return desk, nil
}

// sitting is the workbench of one turn of a member.
type sitting struct {
	*Desk
	tx    intake.Tx
	m     *intake.Member
	e     intake.Event
	now   time.Time
	turn  intake.Turn // the member's own: what they are told, what is on record about them
	reply intake.Reply
	above []wording.Text // said above what shows next
	place string         // of the case in the queue: "4 of 12"

	others []*intake.Member // the whole team, once it was needed

	c *intake.Case // on the desk, locked with its file; nil while there is none
	f *intake.File
}

// Hear takes what somebody of the team does at their desk. ours is false for what they do as
// anybody else, and for who is not of the team, but for a code that makes them so.
func (d *Desk) Hear(tx intake.Tx, e intake.Event) (reply intake.Reply, ours bool, err error) {
	m, err := tx.Member(e.Account)
	if errors.Is(err, intake.ErrNoFile) {
		return d.stranger(tx, e)
	}
	if err != nil {
		return intake.Reply{}, true, err
	}
	s := &sitting{Desk: d, tx: tx, m: m, e: e, now: d.Now()}
	s.turn.At = s.now
	ours, err = s.hear()
	if err != nil || !ours {
		return intake.Reply{}, ours, err
	}
	return s.reply, true, tx.SaveMember(m, s.turn)
}

// stranger answers who is not of the team: a code may make them a member, and a press in the team's
// room is told no. Everything else goes on to the families' desk, which knows no such command.
func (d *Desk) stranger(tx intake.Tx, e intake.Event) (intake.Reply, bool, error) {
	name, rest, _ := intake.TeamCommand(e.Did)
	if (name == "admin" || name == "join") && !e.Group {
		return d.enter(tx, e, rest)
	}
	if d.atDesk(e) {
		return intake.Reply{Toast: d.texts.in(d.texts.match(e.Locale)).Text("toast.not-yours", nil).Plain()}, true, nil
	}
	return intake.Reply{}, false, nil
}

// atDesk reports whether somebody presses or fills in what belongs to a desk: of the team's room, or
// their own from when they were of the team.
func (d *Desk) atDesk(e intake.Event) bool {
	token := ""
	switch did := e.Did.(type) {
	case intake.Pressed:
		token = did.Button
	case intake.Said:
		token = did.Form
	}
	_, action, own := d.Signer.Action(e.Account, intake.DeskToken, token)
	_, pressed := e.Did.(intake.Pressed)
	return own && action != token || pressed && e.Room != ""
}

// hear finds out what the member wants.
func (s *sitting) hear() (ours bool, err error) {
	switch did := s.e.Did.(type) {
	case intake.Pressed:
		return s.press(did)
	case intake.Said:
		if name, rest, ok := intake.TeamCommand(did); ok {
			return true, s.command(name, rest)
		}
		if s.m.Sitting.Awaits == "" || s.e.Group || s.e.Page || len(did.Text) > 0 && did.Text[0] == '/' {
			return false, nil
		}
		return true, s.typed(did.Text)
	}
	return false, nil
}

// press does what a button of the desk stands for. Those of earlier cards do nothing but show what
// is on the desk now.
func (s *sitting) press(did intake.Pressed) (ours bool, err error) {
	if s.e.Group {
		s.reply.Toast = s.say("toast.write-next", nil).Plain()
		return true, nil
	}
	showing, action, ok := s.Signer.Action(s.e.Account, intake.DeskToken, did.Button)
	switch {
	case !ok:
		return s.notOurs()
	case showing == always:
		return true, s.act(action)
	case showing != s.m.Sitting.Showing:
		s.reply.Toast = s.say("toast.late", nil).Plain()
		return true, s.show()
	}
	s.m.Sitting.Awaits = ""
	return true, s.act(action)
}

// notOurs leaves a button to the families' desk, where the member is a parent too. To anybody else it
// is one of no desk, and shows theirs.
func (s *sitting) notOurs() (ours bool, err error) {
	_, err = s.tx.Find(s.e.Account)
	if !errors.Is(err, intake.ErrNoFile) {
		return false, err
	}
	s.reply.Toast = s.say("toast.late", nil).Plain()
	return true, s.show()
}

// always is the showing of buttons that do not age: those of a call.
const always = -1

func (s *sitting) command(name, rest string) error {
	s.m.Sitting.Awaits = ""
	if s.e.Group && name != "here" { // nobody's desk stands in a group
		s.reply.Say = &intake.Message{Text: s.say("toast.write-next", nil)}
		return nil
	}
	switch name {
	case "next":
		s.m.Sitting.Skipped = nil
		return s.next()
	case "case":
		return s.open(rest)
	case "mine":
		return s.list(true)
	case "queue":
		return s.list(false)
	case "here":
		return s.here()
	case "moderators":
		return s.team(rest)
	case "join":
		return s.otherSeat()
	case "digest":
		return s.digest(rest)
	case "stats":
		return s.stats(rest)
	}
	return s.answer(s.say("team.already", nil)) // /admin
}

// answer puts words on the desk in place of a case.
func (s *sitting) answer(text wording.Text, rows ...[]intake.Button) error {
	s.m.Sitting.View, s.m.Sitting.Case, s.c, s.f = "", "", nil, nil
	s.put(intake.Message{Text: text, Buttons: rows})
	return nil
}

// put shows a message at the desk. Its buttons are bound to it: those of all earlier ones are dead.
func (s *sitting) put(m intake.Message) {
	s.m.Sitting.Showing++
	if s.m.Sitting.Last != "" && s.now.Before(s.m.Sitting.LastAt.Add(intake.UndoFor)) && s.m.Sitting.View != viewMessage && s.m.Sitting.View != viewNote {
		m.Buttons = append(m.Buttons, []intake.Button{s.button("undo-last", "undo")})
	}
	m.Text = wording.Lines(append(s.above, m.Text)...)
	s.above = nil
	s.sign(&m, s.e.Account, s.m.Sitting.Showing)
	s.reply.Desk = &m
}

// sign makes tokens of what buttons and forms stand for.
func (d *Desk) sign(m *intake.Message, a intake.Account, showing int) {
	for _, row := range m.Buttons {
		for i, b := range row {
			if b.Action != "" {
				row[i].Token, row[i].Action = d.Signer.Token(a, intake.DeskToken, showing, b.Action), ""
			}
		}
	}
	if m.Form != "" {
		m.Form = d.Signer.Token(a, intake.DeskToken, showing, m.Form)
	}
}

// button is one of the desk's own, by the name of its label.
func (s *sitting) button(key, action string) intake.Button {
	if !strings.Contains(key, ".") {
		key = "buttons." + key
	}
	return intake.Button{Label: s.say(key, nil).Plain(), Action: action}
}
