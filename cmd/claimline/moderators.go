package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"claimline/intake"
	"claimline/intake/review"
)

// moderatorsCmd changes the team from outside the chats: whoever may run it has the keys anyway. In
// the chats two admins are needed for the same.
type moderatorsCmd struct {
	List   listTeamCmd   `cmd:"" default:"1" help:"Who is in the team."`
	Add    addTeamCmd    `cmd:"" help:"Print a code that makes somebody a member: they type it to the bot in private."`
	Role   roleTeamCmd   `cmd:"" help:"Give a member other roles."`
	Remove removeTeamCmd `cmd:"" help:"Take a member out of the team. What they held waits again."`
}

type listTeamCmd struct{}

type addTeamCmd struct {
	Name  string   `arg:"" help:"What the team calls them."`
	Roles []string `arg:"" help:"admin, moderator, safeguarding or lawyer."`
}

type roleTeamCmd struct {
	Name  string   `arg:"" help:"As moderators list has it."`
	Roles []string `arg:"" help:"admin, moderator, safeguarding or lawyer."`
}

type removeTeamCmd struct {
	Name string `arg:"" help:"As moderators list has it."`
}

// commandLine is who did it, in the audit of what is done here.
const commandLine = "command line"

// inTeam runs fn with the register's team.
func (p *program) inTeam(fn func(d *review.Desk, tx intake.Tx) error) error {
	s, err := p.openRegister()
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.hire(false, nil); err != nil {
		return err
	}
	return s.store.InTx(p.ctx, func(tx intake.Tx) error { return fn(s.team, tx) })
}

// Run lists the team.
func (listTeamCmd) Run(p *program) error {
	return p.inTeam(func(_ *review.Desk, tx intake.Tx) error {
		team, err := tx.Team()
		if err != nil {
			return err
		}
		if len(team) == 0 {
			p.say("Nobody yet. claimline run prints a code for the first admin.")
		}
		for _, m := range team {
			var platforms []string
			for _, a := range m.Accounts {
				platforms = append(platforms, a.Platform())
			}
			p.say("%s: %s (%s)", m.Sitting.Name, namesOf(m.Roles), strings.Join(platforms, ", "))
		}
		return nil
	})
}

// Run prints a code for a newcomer.
func (c addTeamCmd) Run(p *program) error {
	roles, err := rolesNamed(c.Roles)
	if err != nil {
		return err
	}
	return p.inTeam(func(d *review.Desk, tx intake.Tx) error {
		code, err := d.InviteFor(tx, intake.Invitation{Sort: intake.InviteJoin, Roles: roles, Name: c.Name})
		if err != nil {
			return err
		}
		p.say("%s types this to the bot in private, within a day: /join %s", c.Name, code)
		return nil
	})
}

// Run gives a member other roles.
func (c roleTeamCmd) Run(p *program) error {
	roles, err := rolesNamed(c.Roles)
	if err != nil {
		return err
	}
	return p.inTeam(func(d *review.Desk, tx intake.Tx) error {
		m, err := memberNamed(tx, c.Name)
		if err != nil {
			return err
		}
		m.Roles, m.Sitting.Proposed = roles, nil
		changed := intake.Entry{Kind: "roles", Refs: map[string]string{"member": m.ID, "roles": namesOf(roles), "by": commandLine}}
		return tx.SaveMember(m, intake.Turn{At: p.now(), Audit: []intake.Entry{changed}})
	})
}

// Run takes a member out of the team.
func (c removeTeamCmd) Run(p *program) error {
	return p.inTeam(func(d *review.Desk, tx intake.Tx) error {
		m, err := memberNamed(tx, c.Name)
		if err != nil {
			return err
		}
		gone := intake.Entry{Kind: "member-removed", Refs: map[string]string{"member": m.ID, "by": commandLine}}
		if err := tx.SaveMember(m, intake.Turn{At: p.now(), Audit: []intake.Entry{gone}}); err != nil {
			return err
		}
		return tx.Dismiss(m)
	})
}

func memberNamed(tx intake.Tx, name string) (*intake.Member, error) {
	team, err := tx.Team()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(team, func(m *intake.Member) bool { return strings.EqualFold(m.Sitting.Name, name) })
	if i < 0 {
		return nil, errors.New("nobody in the team has that name; claimline moderators lists them")
	}
	return tx.MemberByID(team[i].ID)
}

func rolesNamed(names []string) ([]intake.Role, error) {
	var roles []intake.Role
	for _, name := range names {
		role := intake.Role(strings.ToLower(name))
		if !slices.Contains(intake.Roles(), role) {
			return nil, usageError(fmt.Sprintf("there is no role %q; there are %s", name, namesOf(intake.Roles())))
		}
		roles = append(roles, role)
	}
	return roles, nil
}

func namesOf(roles []intake.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
