package review

import (
	"errors"
	"slices"

	"claimline/intake"
	"claimline/intake/wording"
)

// Names are handed out by whoever runs the program, on the command line. Where the team has two
// admins, one of them has to agree: with a code, good for one export of one campaign.

// ErrNotAgreed means that names may not be handed out: no admin has agreed to it.
var ErrNotAgreed = errors.New("an admin of the team has to agree")

// agreeToExport gives the code for one export.
func (s *sitting) agreeToExport(campaign string) error {
	if _, _, ok := s.Campaign(campaign); !ok || campaign == "" {
		return s.answer(s.say("team.how", nil))
	}
	code, err := s.InviteFor(s.tx, intake.Invitation{Sort: intake.InviteExport, Member: s.m.ID, Name: campaign})
	if err != nil {
		return err
	}
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: "export-agreed", Refs: map[string]string{"by": s.m.ID, "campaign": campaign}})
	return s.answer(s.say("team.export", wording.Args{"campaign": campaign, "code": code}))
}

// MayExport spends the code of an admin who agrees that names of a campaign are handed out, and
// returns who that is; "" where the team has fewer than two admins and nobody has to. ErrNotAgreed
// for any other code.
func (d *Desk) MayExport(tx intake.Tx, campaign, typed string) (member string, err error) {
	team, err := tx.Team()
	if err != nil || countAdmins(team) < 2 {
		return "", err
	}
	invitation, err := tx.TakeUp(intake.ReadCode(typed))
	if errors.Is(err, intake.ErrNoFile) {
		return "", ErrNotAgreed
	}
	if err != nil {
		return "", err
	}
	agrees := slices.ContainsFunc(team, func(m *intake.Member) bool { return m.ID == invitation.Member && m.Has(intake.Admin) })
	if invitation.Sort != intake.InviteExport || invitation.Name != campaign || !agrees {
		return "", ErrNotAgreed
	}
	return invitation.Member, nil
}
