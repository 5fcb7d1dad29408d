// Package register writes what lawyers receive: one submission a line or row.
//
// A register holds the submissions whose people let lawyers have them. It is pseudonymous: what
// names a person or a child, what Art. 9 GDPR protects and what concerns a child's safety stays
// behind, as each question's sensitivity says, unless names are asked for. Files of evidence are
// never in it, only what tells them apart.
//
// JSON lines are the reference form (see record). A workbook has the same in sheets that can be
// counted and sorted, and CSV in one flat table; neither lets a text become a formula, for what a
// stranger typed is opened on a lawyer's desk. Everything is written as it comes, so that a register
// of any size needs little memory, and ends in a Manifest that says what was handed out.
package register

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"claimline/intake"
	"claimline/intake/campaign"
)

// Format is the form of a register.
type Format string

// JSONL is the reference form; XLSX and CSV hold the same for people with spreadsheets.
const (
	JSONL Format = "jsonl"
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
)

// Options says what a register holds.
type Options struct {
	Campaign *campaign.Campaign
	Format   Format
	Names    bool // with the answers that a pseudonymous register leaves out
	All      bool // with submissions that lawyers may not receive: no consent, withdrawn, frozen
	Tests    bool // with submissions that were only tests, as all of a practice store are

	// Scratch is the folder in which a large workbook is put together; what lies there until the
	// end is as readable as the register itself. "" is the system's folder for such files.
	Scratch string
}

// Manifest says what was handed out. It holds no word of anybody's.
type Manifest struct {
	Campaign string         `json:"campaign"`
	Version  int            `json:"version"` // of the campaign file by which the answers were read
	Format   Format         `json:"format"`
	Names    bool           `json:"names"`
	All      bool           `json:"all"`
	Tests    bool           `json:"tests"`
	Rows     int            `json:"rows"`     // submissions written
	LeftOut  map[Reason]int `json:"left_out"` // files that were not, by reason
	Bytes    int64          `json:"bytes"`
	SHA256   string         `json:"sha256"` // of the bytes written
}

// Writer writes one register. It is for one goroutine.
type Writer struct {
	options  Options
	layout   layout
	form     form
	out      *tally
	manifest Manifest
	failed   error
}

// form puts records into one of the formats.
type form interface {
	write(record) error
	// close writes what is still to be written and gives back what it holds, also after a failure.
	close() error
}

// NewWriter begins a register on w. It returns an error when the format is unknown, when w cannot
// be written, or when nothing could ever be written because the campaign has no agreement that
// lets lawyers receive a file.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	if !o.All && !hasLawyers(o.Campaign) {
		return nil, fmt.Errorf("register of %s: the campaign has no agreement marked \"lawyers\", so only a register of all can be written", o.Campaign.ID)
	}
	out := &tally{w: w, sum: sha256.New()}
	layout := layoutOf(o.Campaign, o.Names)
	form, err := newForm(out, o, layout)
	if err != nil {
		return nil, fmt.Errorf("begin register of %s: %w", o.Campaign.ID, err)
	}
	return &Writer{options: o, layout: layout, form: form, out: out, manifest: Manifest{
		Campaign: o.Campaign.ID, Version: o.Campaign.Version, Format: o.Format,
		Names: o.Names, All: o.All, Tests: o.Tests, LeftOut: map[Reason]int{},
	}}, nil
}

func newForm(out io.Writer, o Options, l layout) (form, error) {
	switch o.Format {
	case JSONL:
		return newLines(out), nil
	case CSV:
		return newTable(out, l)
	case XLSX:
		return newWorkbook(out, l, o.Scratch)
	}
	return nil, fmt.Errorf("there is no format %q; there are jsonl, csv and xlsx", o.Format)
}

// Write adds a file, and reports whether it is in the register. After an error nothing more is
// written: what came out so far is no register.
func (w *Writer) Write(f intake.File) (bool, error) {
	if w.failed != nil {
		return false, w.failed
	}
	if reason := w.options.leavesOut(f); reason != "" {
		w.manifest.LeftOut[reason]++
		return false, nil
	}
	if f.Submission.Campaign != w.options.Campaign.ID {
		w.failed = fmt.Errorf("register of %s: submission %s is of the campaign %s", w.options.Campaign.ID, f.Submission.ID, f.Submission.Campaign)
		return false, w.failed
	}
	if err := w.form.write(newRecord(w.options.Campaign, w.layout, f)); err != nil {
		w.failed = fmt.Errorf("write submission %s into the register: %w", f.Submission.ID, err)
		return false, w.failed
	}
	w.manifest.Rows++
	return true, nil
}

// Close ends the register and says what it holds. It returns the error of an earlier Write, if
// there was one. It does not close what was written to.
func (w *Writer) Close() (Manifest, error) {
	err := w.form.close()
	if w.failed != nil {
		return Manifest{}, w.failed
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("end register of %s: %w", w.options.Campaign.ID, err)
	}
	w.manifest.Bytes, w.manifest.SHA256 = w.out.bytes, hex.EncodeToString(w.out.sum.Sum(nil))
	return w.manifest, nil
}

// tally counts and hashes what passes through it.
type tally struct {
	w     io.Writer
	sum   hash.Hash
	bytes int64
}

func (t *tally) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.sum.Write(p[:n])
	t.bytes += int64(n)
	return n, err
}
