package register_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
	"claimline/intake/register"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestReferenceForm(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	files := []intake.File{voorbeeld(t), grown(t), silent(t), friend(t)}
	for name, o := range map[string]register.Options{
		"pseudonymous": {},
		"names":        {Names: true},
		"names-all":    {Names: true, All: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Campaign, o.Format = c, register.JSONL
			got, _ := registerOf(t, o, files...)
			golden := filepath.Join("testdata", name+".jsonl")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func TestWhoIsInTheRegister(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	with := func(change func(*intake.Submission)) intake.File {
		f := grown(t)
		change(f.Submission)
		return f
	}
	now := time.Now()
	for _, tc := range []struct {
		label            string
		file             intake.File
		plain, all, test register.Reason // why it is not in the register; "" when it is
	}{
		{"with consent", grown(t), "", "", ""},
		{"not sent yet", intake.File{}, register.Unsent, register.Unsent, register.Unsent},
		{"lawyers refused", silent(t), register.NoConsent, "", register.NoConsent},
		{"never asked about lawyers", friend(t), register.NoConsent, "", register.NoConsent},
		{"consent taken back", with(func(s *intake.Submission) { s.Consents[1].Withdrawn = &now }), register.NoConsent, "", register.NoConsent},
		{"withdrawn", with(func(s *intake.Submission) { s.Status = intake.Withdrawn }), register.Withdrawn, "", register.Withdrawn},
		{"frozen", with(func(s *intake.Submission) { s.Status = intake.Frozen }), register.Frozen, "", register.Frozen},
		{"held", with(func(s *intake.Submission) { s.Status = intake.Held }), "", "", ""},
		{"a test", with(func(s *intake.Submission) { s.Test = true }), register.Test, register.Test, ""},
	} {
		t.Run(tc.label, func(t *testing.T) {
			t.Parallel()
			for _, o := range []struct {
				register.Options
				want register.Reason
			}{
				{register.Options{}, tc.plain},
				{register.Options{All: true}, tc.all},
				{register.Options{Tests: true}, tc.test},
			} {
				o.Campaign, o.Format = c, register.JSONL
				out, manifest := registerOf(t, o.Options, tc.file)
				want := map[register.Reason]int{}
				if o.want != "" {
					want[o.want] = 1
				}
				if diff := cmp.Diff(want, manifest.LeftOut); diff != "" {
					t.Errorf("left out, all %v, tests %v (-want +got):\n%s", o.All, o.Tests, diff)
				}
				if lines := bytes.Count(out, []byte("\n")); lines != 1-len(want) || manifest.Rows != lines {
					t.Errorf("%d lines and a manifest of %d rows", lines, manifest.Rows)
				}
			}
		})
	}
}

func TestManifestTellsWhatWasHandedOut(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for _, format := range []register.Format{register.JSONL, register.CSV, register.XLSX} {
		out, got := registerOf(t, register.Options{Campaign: c, Format: format, Names: true, Scratch: t.TempDir()}, voorbeeld(t), silent(t), friend(t))
		sum := sha256.Sum256(out)
		want := register.Manifest{
			Campaign: "lanterns", Version: 2, Format: format, Names: true, Rows: 1,
			LeftOut: map[register.Reason]int{register.NoConsent: 2}, Bytes: int64(len(out)), SHA256: hex.EncodeToString(sum[:]),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

func TestNoRegisterCanBeBegun(t *testing.T) {
	t.Parallel()
	nobody := lanterns(t)
	nobody.Question("k.firm").Lawyers = false
	for label, o := range map[string]register.Options{
		"no such format":           {Campaign: lanterns(t), Format: "docx"},
		"no agreement for lawyers": {Campaign: nobody, Format: register.JSONL},
		"no format":                {Campaign: lanterns(t)},
	} {
		if _, err := register.NewWriter(&bytes.Buffer{}, o); err == nil {
			t.Errorf("%s: no error", label)
		}
	}
	if _, err := register.NewWriter(&bytes.Buffer{}, register.Options{Campaign: nobody, Format: register.JSONL, All: true}); err != nil {
		t.Errorf("a register of all needs no agreement: %v", err)
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsReported(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for _, format := range []register.Format{register.JSONL, register.CSV, register.XLSX} {
		w, err := register.NewWriter(fullDisk{}, register.Options{Campaign: c, Format: format, Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		_, werr := w.Write(voorbeeld(t))
		manifest, err := w.Close()
		if !errors.Is(err, errFull) {
			t.Errorf("%s: Close after a full disk: %v", format, err)
		}
		if manifest.SHA256 != "" {
			t.Errorf("%s: a manifest for what was not written", format)
		}
		if werr != nil && (strings.Contains(werr.Error(), "anary") || !strings.Contains(werr.Error(), "submission-LM-7K4Q-9M2F")) {
			t.Errorf("%s: the error names words, or not the submission: %v", format, werr)
		}
	}
}

func TestAnotherCampaignsSubmissionIsRefused(t *testing.T) {
	t.Parallel()
	f := grown(t)
	f.Submission.Campaign = "elsewhere"
	w, err := register.NewWriter(&bytes.Buffer{}, register.Options{Campaign: lanterns(t), Format: register.JSONL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(f); err == nil {
		t.Error("no error")
	}
	if _, err := w.Close(); err == nil {
		t.Error("a register that failed was closed as if it were whole")
	}
}
