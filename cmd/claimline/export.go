package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/schollz/progressbar/v3"

	"claimline/intake"
	"claimline/intake/register"
	"claimline/intake/review"
)

type exportCmd struct {
	Campaign string `required:"" placeholder:"ID" help:"The campaign."`
	Format   string `default:"jsonl" enum:"jsonl,csv,xlsx" help:"jsonl (the reference form), csv or xlsx."`
	Names    bool   `help:"With names, addresses and everything else that people entered. Needs --reason."`
	Reason   string `placeholder:"WHY" help:"Why names are needed. Kept in the audit trail."`
	Agreed   string `placeholder:"CODE" help:"The code of an admin who agrees to --names: /moderators export ID. Needed where the team has two admins."`
	All      bool   `help:"Also submissions that lawyers may not receive."`
	Practice bool   `help:"Read the practice store in place of the register."`
	Out      string `placeholder:"FILE" help:"Where to; without it, to the standard output."`
}

// Run writes one export. Nothing of it is handed out before it stands in the audit trail.
func (c exportCmd) Run(p *program) error {
	if err := c.check(p); err != nil {
		return err
	}
	s, err := c.open(p)
	if err != nil {
		return err
	}
	defer s.close()
	found, _, ok := s.shelf.find(c.Campaign)
	if !ok {
		return unknownCampaign(s.shelf, c.Campaign)
	}
	second, err := c.agreed(p, s)
	if err != nil {
		return err
	}
	draft, err := c.draft(s.config)
	if err != nil {
		return err
	}
	defer draft.discard()
	o := register.Options{Campaign: found, Format: register.Format(c.Format), Names: c.Names, All: c.All, Tests: c.Practice,
		Scratch: filepath.Dir(draft.Name())}
	manifest, err := write(p, s, draft.File, o)
	if err != nil {
		return err
	}
	if err := s.store.Record(p.ctx, "export:"+c.Campaign, c.entry(manifest, second)); err != nil {
		return err
	}
	if err := draft.handOut(p.out, c.Out); err != nil {
		return err
	}
	report(p.errs, manifest)
	return nil
}

func (c exportCmd) check(p *program) error {
	switch {
	case c.Names && strings.TrimSpace(c.Reason) == "":
		return usageError("--names needs --reason \"…\": who looks at names says why")
	case c.Format == string(register.XLSX) && c.Out == "" && isTerminal(p.out):
		return usageError("a workbook does not fit on a terminal: add --out FILE")
	}
	return nil
}

func (c exportCmd) open(p *program) (*service, error) {
	if !c.Practice {
		return p.openRegister()
	}
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	return p.openExisting(config, config.practice(), "claimline chat begins it")
}

// agreed is who of the team agrees that names are handed out; "" where nobody has to.
func (c exportCmd) agreed(p *program, s *service) (member string, err error) {
	if !c.Names || c.Practice {
		return "", nil
	}
	if err := s.hire(false, nil); err != nil {
		return "", err
	}
	err = s.store.InTx(p.ctx, func(tx intake.Tx) (err error) {
		member, err = s.team.MayExport(tx, c.Campaign, c.Agreed)
		return err
	})
	if errors.Is(err, review.ErrNotAgreed) {
		return "", usageError("names are handed out when an admin of the team agrees: they type /moderators export " + c.Campaign + " to the bot, you add --agreed CODE")
	}
	return member, err
}

// write puts every submission into w, with a count for whoever waits at a terminal.
func write(p *program, s *service, w io.Writer, o register.Options) (register.Manifest, error) {
	out, err := register.NewWriter(w, o)
	if err != nil {
		return register.Manifest{}, err
	}
	bar := progressbar.DefaultSilent(-1)
	if isTerminal(p.errs) {
		bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.errs), progressbar.OptionSetDescription("submissions"),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	}
	err = s.store.Submissions(p.ctx, o.Campaign.ID, func(f intake.File) error {
		_, err := out.Write(f)
		return errors.Join(err, bar.Add(1))
	})
	manifest, closing := out.Close()
	return manifest, errors.Join(err, closing, bar.Finish())
}

// entry is the export's line in the audit trail.
func (c exportCmd) entry(m register.Manifest, second string) intake.Entry {
	refs := map[string]string{
		"campaign": m.Campaign, "version": strconv.Itoa(m.Version), "format": string(m.Format), "names": strconv.FormatBool(m.Names),
		"all": strconv.FormatBool(m.All), "rows": strconv.Itoa(m.Rows), "sha256": m.SHA256,
	}
	if c.Reason != "" {
		refs["reason"] = c.Reason
	}
	if second != "" {
		refs["second"] = second
	}
	return intake.Entry{Kind: "export", Refs: refs}
}

// draft is an export that nobody has yet.
type draft struct{ *os.File }

// draft is made where the export will lie, or in the data folder; only its owner may read it.
func (c exportCmd) draft(config Config) (draft, error) {
	dir := config.DataDir
	if c.Out != "" {
		dir = filepath.Dir(c.Out)
	}
	f, err := os.CreateTemp(dir, ".export-*")
	if err != nil {
		return draft{}, fmt.Errorf("begin the export: %w", err)
	}
	return draft{f}, nil
}

// handOut gives the export the name asked for, or copies it to out.
func (d draft) handOut(out io.Writer, name string) error {
	if name == "" {
		if _, err := d.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("hand out the export: %w", err)
		}
		if _, err := io.Copy(out, d.File); err != nil {
			return fmt.Errorf("hand out the export: %w", err)
		}
		return nil
	}
	if err := d.Sync(); err != nil {
		return fmt.Errorf("hand out the export: %w", err)
	}
	if err := os.Rename(d.Name(), name); err != nil {
		return fmt.Errorf("hand out the export: %w", err)
	}
	return nil
}

// discard removes what was not handed out.
func (d draft) discard() {
	_ = d.Close()
	_ = os.Remove(d.Name()) // fails where it was handed out
}

// report says what the export holds and what it leaves out.
func report(w io.Writer, m register.Manifest) {
	fmt.Fprintf(w, "%s: %d written, SHA-256 %s\n", m.Campaign, m.Rows, m.SHA256)
	for _, reason := range slices.Sorted(maps.Keys(m.LeftOut)) {
		fmt.Fprintf(w, "%s: %d left out (%s)\n", m.Campaign, m.LeftOut[reason], reason)
	}
}
