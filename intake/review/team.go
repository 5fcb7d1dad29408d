package review

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// How long a code holds that somebody of the team was given, and one that makes the first admin.
const (
	codeLife  = 24 * time.Hour
	firstLife = 24 * time.Hour
)

// FirstCode puts a code on file that makes whoever types it the first admin, for the program to print
// at a start without one; "" where there are admins already.
func (d *Desk) FirstCode(tx intake.Tx) (string, error) {
	team, err := tx.Team()
	if err != nil || slices.ContainsFunc(team, func(m *intake.Member) bool { return m.Has(intake.Admin) }) {
		return "", err
	}
	return d.InviteFor(tx, intake.Invitation{Sort: intake.InviteFirst, Roles: []intake.Role{intake.Admin, intake.Moderator}, Expires: d.Now().Add(firstLife)})
}

// Appoint makes admins of accounts, where there is none yet.
func (d *Desk) Appoint(tx intake.Tx, accounts []intake.Account) error {
	team, err := tx.Team()
	if err != nil || countAdmins(team) > 0 {
		return err
	}
	for _, a := range accounts {
		name := d.texts.in("").Text("team.first-name", nil).Plain()
		m := &intake.Member{Account: a, Roles: []intake.Role{intake.Admin, intake.Moderator}, Sitting: intake.Sitting{Name: name, Language: "en"}}
		if err := d.enrol(tx, m); err != nil {
			return err
		}
		joined := intake.Entry{Kind: "member-joined", Refs: map[string]string{"member": m.ID, "roles": roleNames(m.Roles), "by": "configuration"}}
		if err := tx.SaveMember(m, intake.Turn{At: d.Now(), Audit: []intake.Entry{joined}}); err != nil {
			return err
		}
	}
	return nil
}

// InviteFor puts an invitation on file and returns its code as people type it.
func (d *Desk) InviteFor(tx intake.Tx, i intake.Invitation) (string, error) {
	code := d.NewCode()
	if i.Expires.IsZero() {
		i.Expires = d.Now().Add(codeLife)
	}
	return intake.ShowCode(code), tx.Invite(code, i)
}

// enter takes a code from somebody who is not of the team yet. A wrong one, a spent one and one that
// was never given are told the same; a code has 60 random bits.
func (d *Desk) enter(tx intake.Tx, e intake.Event, typed string) (intake.Reply, bool, error) {
	say := d.texts.in(d.texts.match(e.Locale))
	no := func() (intake.Reply, bool, error) {
		m := intake.Message{Text: say.Text("team.no-such-code", nil)}
		return intake.Reply{Desk: &m}, true, nil
	}
	code := intake.ReadCode(typed)
	if code == "" {
		return no()
	}
	invitation, err := tx.TakeUp(code)
	if errors.Is(err, intake.ErrNoFile) {
		return no()
	}
	if err != nil {
		return intake.Reply{}, true, err
	}
	switch invitation.Sort {
	case intake.InviteSeat:
		return d.sit(tx, e, invitation)
	case intake.InviteExport: // it lets nobody in, and is spent
		return no()
	}
	m := &intake.Member{Account: e.Account, Sitting: intake.Sitting{Name: invitation.Name, Language: d.texts.match(e.Locale)}}
	text := say.Text("team.welcome", nil)
	switch {
	case invitation.Member == "": // the program's own code, or the command line's
		m.Roles = invitation.Roles
	default:
		m.Sitting.Proposed = &intake.Proposal{Roles: invitation.Roles, By: invitation.Member, At: d.Now()}
		text = say.Text("team.welcome-soon", nil)
	}
	if m.Sitting.Name == "" {
		m.Sitting.Name = say.Text("team.first-name", nil).Plain()
	}
	if err := d.enrol(tx, m); err != nil {
		return intake.Reply{}, true, err
	}
	turn := intake.Turn{At: d.Now(), Audit: []intake.Entry{{Kind: "member-joined", Refs: map[string]string{"member": m.ID, "roles": roleNames(m.Roles), "by": invitation.Member}}}}
	if err := tx.SaveMember(m, turn); err != nil {
		return intake.Reply{}, true, err
	}
	if m.Sitting.Proposed != nil {
		if err := d.tellAdmins(tx, m, invitation.Member); err != nil {
			return intake.Reply{}, true, err
		}
	}
	said := intake.Message{Text: text}
	return intake.Reply{Desk: &said}, true, nil
}

// enrol takes somebody into the team under a name that nobody else in it has. Their first showing is
// one that no button of an earlier time in the team can carry: nobody presses more than once a second.
func (d *Desk) enrol(tx intake.Tx, m *intake.Member) error {
	team, err := tx.Team()
	if err != nil {
		return err
	}
	name := m.Sitting.Name
	for n := 2; slices.ContainsFunc(team, func(o *intake.Member) bool { return strings.EqualFold(o.Sitting.Name, m.Sitting.Name) }); n++ {
		m.Sitting.Name = name + " " + strconv.Itoa(n)
	}
	m.Sitting.Showing = int(d.Now().Unix()) - firstShowing
	return tx.Enrol(m)
}

// firstShowing is 1 January 2026: showings stay within 31 bits until 2094.
const firstShowing = 1767225600

// sit makes an account one more of a member's.
func (d *Desk) sit(tx intake.Tx, e intake.Event, i *intake.Invitation) (intake.Reply, bool, error) {
	m, err := tx.MemberByID(i.Member)
	if err != nil {
		return intake.Reply{}, true, err
	}
	if err := tx.Seat(m, e.Account); err != nil {
		return intake.Reply{}, true, err
	}
	turn := intake.Turn{At: d.Now(), Audit: []intake.Entry{{Kind: "member-account", Refs: map[string]string{"member": m.ID, "platform": e.Account.Platform()}}}}
	said := intake.Message{Text: d.texts.in(m.Sitting.Language).Text("team.seated", nil)}
	return intake.Reply{Desk: &said}, true, tx.SaveMember(m, turn)
}

// otherSeat gives the member a code for another account of theirs.
func (s *sitting) otherSeat() error {
	code, err := s.InviteFor(s.tx, intake.Invitation{Sort: intake.InviteSeat, Member: s.m.ID})
	if err != nil {
		return err
	}
	return s.answer(s.say("team.seat-code", wording.Args{"code": code}))
}

// here makes the group or channel in which it is typed the team's room.
func (s *sitting) here() error {
	if !s.m.Has(intake.Admin) || s.e.Room == "" {
		s.reply.Toast, s.reply.Say = "", &intake.Message{Text: s.say("team.not-here", nil)}
		return nil
	}
	if err := s.tx.SetRoom(intake.Room{Account: s.e.Room, Language: s.m.Sitting.Language}); err != nil {
		return err
	}
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: "room", Refs: map[string]string{"by": s.m.ID, "platform": s.e.Room.Platform()}})
	s.reply.Say = &intake.Message{Text: s.say("team.here", nil)}
	return nil
}

// team lists the team, or changes it: "add NAME ROLE…", "remove NAME", "role NAME ROLE…", or lets
// names be handed out: "export CAMPAIGN".
func (s *sitting) team(words string) error {
	if !s.m.Has(intake.Admin) {
		return s.answer(s.say("team.admins-only", nil))
	}
	all, err := s.tx.Team()
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(words, " ")
	if verb == "" || verb == "list" {
		return s.showTeam(all)
	}
	name, roles, err := parseRoles(rest)
	switch {
	case verb == "export":
		return s.agreeToExport(strings.TrimSpace(rest))
	case err != nil:
		return s.answer(s.say("team.how", nil))
	case countAdmins(all) < 2 && verb != "unlock":
		return s.answer(s.say("team.one-admin", nil))
	case verb == "role" && len(roles) == 0:
		return s.answer(s.say("team.how", nil))
	case verb == "add" && len(roles) > 0:
		return s.invite(name, roles)
	}
	i := slices.IndexFunc(all, func(m *intake.Member) bool { return strings.EqualFold(m.Sitting.Name, name) })
	if i < 0 {
		return s.answer(s.say("team.nobody", nil))
	}
	switch verb {
	case "role":
		return s.proposeRoles(all[i], roles)
	case "remove":
		return s.proposeRoles(all[i], nil)
	case "unlock":
		return s.unlock(all[i])
	}
	return s.answer(s.say("team.how", nil))
}

var errRole = errors.New("there is no such role")

// parseRoles reads "Jan Voorbeeld moderator safeguarding": a name, then roles.
func parseRoles(words string) (name string, roles []intake.Role, err error) {
	fields := strings.Fields(strings.ReplaceAll(words, ",", " "))
	for len(fields) > 0 && slices.Contains(intake.Roles(), intake.Role(strings.ToLower(fields[len(fields)-1]))) {
		roles = append(roles, intake.Role(strings.ToLower(fields[len(fields)-1])))
		fields = fields[:len(fields)-1]
	}
	name = strings.Join(fields, " ")
	if name == "" || len(name) > 40 {
		return "", nil, fmt.Errorf("read a name and roles: %w", errRole)
	}
	return name, roles, nil
}

func countAdmins(team []*intake.Member) int {
	n := 0
	for _, m := range team {
		if m.Has(intake.Admin) {
			n++
		}
	}
	return n
}

func roleNames(roles []intake.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, " ")
}

// showTeam lists everybody, with what waits for a second admin under buttons.
func (s *sitting) showTeam(team []*intake.Member) error {
	lines := []wording.Text{s.say("team.title", nil)}
	var rows [][]intake.Button
	for _, m := range team {
		args := wording.Args{"who": m.Sitting.Name, "roles": roleNames(m.Roles)}
		if m.Roles == nil {
			args["roles"] = "–"
		}
		lines = append(lines, s.say("team.line", args))
		if !m.Sitting.Locked.IsZero() {
			lines = append(lines, s.say("team.locked", args))
		}
		p := m.Sitting.Proposed
		if p == nil {
			continue
		}
		args["roles"], args["by"] = roleNames(p.Roles), s.name(p.By)
		if p.Roles == nil {
			args["roles"] = "–"
		}
		lines = append(lines, s.say("team.proposed", args))
		if p.By != s.m.ID && m.ID != s.m.ID {
			rows = append(rows, []intake.Button{
				{Label: s.say("team.agree", args).Plain(), Action: "roles:y" + proposalID(m)}, {Label: s.say("team.refuse", args).Plain(), Action: "roles:n" + proposalID(m)}})
		}
	}
	return s.answer(wording.Lines(append(lines, s.say("team.how", nil))...), rows...)
}

func (s *sitting) invite(name string, roles []intake.Role) error {
	code, err := s.InviteFor(s.tx, intake.Invitation{Sort: intake.InviteJoin, Roles: roles, Member: s.m.ID, Name: name})
	if err != nil {
		return err
	}
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: "member-invited", Refs: map[string]string{"by": s.m.ID, "roles": roleNames(roles)}})
	return s.answer(s.say("team.code", wording.Args{"code": code, "who": name}))
}

// proposeRoles asks a second admin to agree to a change. Nil takes somebody out of the team.
func (s *sitting) proposeRoles(m *intake.Member, roles []intake.Role) error {
	m.Sitting.Proposed = &intake.Proposal{Roles: roles, By: s.m.ID, At: s.now}
	if m.ID == s.m.ID {
		return s.answer(s.say("team.not-yourself", nil))
	}
	turn := intake.Turn{At: s.now, Audit: []intake.Entry{{Kind: "roles-proposed", Refs: map[string]string{"member": m.ID, "roles": roleNames(roles), "by": s.m.ID}}}}
	if err := s.tx.SaveMember(m, turn); err != nil {
		return err
	}
	if err := s.tellAdmins(s.tx, m, s.m.ID); err != nil {
		return err
	}
	return s.answer(s.say("team.second-wanted", nil))
}

// tellAdmins says to the other admins that a change of roles waits for one of them.
func (d *Desk) tellAdmins(tx intake.Tx, about *intake.Member, by string) error {
	team, err := tx.Team()
	if err != nil {
		return err
	}
	for _, m := range team {
		if !m.Has(intake.Admin) || m.ID == by || m.ID == about.ID {
			continue
		}
		told := intake.Message{Text: d.texts.in(m.Sitting.Language).Text("team.look", nil)}
		if err := tx.SaveMember(m, d.tell(m, told)); err != nil {
			return err
		}
	}
	return nil
}

// decideRoles is the second admin's yes or no to a change of roles.
func (s *sitting) decideRoles(arg string) error {
	if !s.m.Has(intake.Admin) || len(arg) < 2 || arg[0] != 'y' && arg[0] != 'n' {
		return s.answer(s.say("team.admins-only", nil))
	}
	all, err := s.tx.Team()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(m *intake.Member) bool { return proposalID(m) == arg[1:] })
	if i < 0 || all[i].ID == s.m.ID || all[i].Sitting.Proposed.By == s.m.ID {
		return s.team("")
	}
	m := all[i]
	p := m.Sitting.Proposed
	if !slices.ContainsFunc(all, func(by *intake.Member) bool { return by.ID == p.By && by.Has(intake.Admin) }) {
		arg = "n" // whose word it was has none any more
	}
	refs := map[string]string{"member": m.ID, "roles": roleNames(p.Roles), "by": p.By, "second": s.m.ID}
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: map[byte]string{'y': "roles", 'n': "roles-refused"}[arg[0]], Refs: refs})
	m.Sitting.Proposed = nil
	if arg[0] == 'y' && p.Roles == nil {
		if err := s.tx.Dismiss(m); err != nil {
			return err
		}
		return s.team("")
	}
	if arg[0] == 'y' {
		m.Roles = p.Roles
	}
	if err := s.tx.SaveMember(m, intake.Turn{At: s.now}); err != nil {
		return err
	}
	return s.team("")
}

// proposalID names a change of roles that waits: a button agrees to this one and to no later one.
func proposalID(m *intake.Member) string {
	p := m.Sitting.Proposed
	if p == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(m.ID + " " + p.By + " " + roleNames(p.Roles) + " " + stamp(p.At)))
	return hex.EncodeToString(sum[:8])
}

// unlock lets somebody look again who looked too much.
func (s *sitting) unlock(m *intake.Member) error {
	if m.ID == s.m.ID {
		return s.answer(s.say("team.not-yourself", nil))
	}
	m.Sitting.Locked, m.Sitting.Looks = time.Time{}, nil
	turn := intake.Turn{At: s.now, Audit: []intake.Entry{{Kind: "unlocked", Refs: map[string]string{"member": m.ID, "by": s.m.ID}}}}
	if err := s.tx.SaveMember(m, turn); err != nil {
		return err
	}
	return s.team("")
}
