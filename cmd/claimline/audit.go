package main

import "fmt"

type auditCmd struct {
	Verify verifyCmd `cmd:"" help:"Check every entry and every checkpoint for what was altered, removed or inserted."`
}

type verifyCmd struct{}

// Run reads the whole audit trail.
func (verifyCmd) Run(p *program) error {
	s, err := p.openRegister()
	if err != nil {
		return err
	}
	defer s.close()
	found, err := s.store.VerifyAudit(p.ctx)
	if err != nil {
		return err
	}
	for _, f := range found.Faults {
		p.say("%s", f)
	}
	p.say("%d entries in %d chains, %d checkpoints read.", found.Entries, found.Chains, found.Checkpoints)
	if n := len(found.Faults); n > 0 {
		return fmt.Errorf("the audit trail is not as it was written: %d faults", n)
	}
	return nil
}
