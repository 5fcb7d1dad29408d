package review_test

import (
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/storage/testdb"
)

const pages = "https://claim.example.org/p/"

// looking is a story of looks on the private page, with what only a store knows of it.
type looking struct {
	*world
	mother  *human
	entries func() int // on record
	proof   func(content string)
}

func onThePage(t *testing.T, tell func(t *testing.T, w *looking)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		w := &looking{world: begin(t, open)}
		w.desk.Pages = pages
		w.mother = w.at("telegram:1").lives("not-sure-who-decides")
		beside := open(t, testdb.Clock(w.Now))
		w.entries = func() int {
			report, err := beside.VerifyAudit(t.Context())
			if err != nil || report.Faults != nil {
				t.Fatalf("%v: %v", err, report.Faults)
			}
			return report.Entries
		}
		w.proof = func(content string) {
			w.change(func(f *intake.File) {
				whose := intake.Custody{Person: f.Person, Compartment: intake.Compartment(1)}
				file, err := beside.Vault().Put(t.Context(), whose, "bewijs.txt", strings.NewReader(content), 1000)
				if err != nil {
					t.Fatal(err)
				}
				key := intake.Key{Question: "e.files", Item: 1}
				f.Conversation.State.Answers[key] = intake.Answer{How: intake.Given, Compartment: whose.Compartment, At: w.Now(),
					Values: append(f.Conversation.State.Answers[key].Values, file.ID)}
				f.Conversation.State.Files = append(f.Conversation.State.Files, file)
			})
		}
		tell(t, w)
	})
}

// change writes something into the mother's file that the story did not.
func (w *looking) change(fn func(f *intake.File)) {
	w.Helper()
	f := w.mother.file()
	fn(f)
	err := w.store.InTx(w.Context(), func(tx intake.Tx) error {
		if _, err := tx.Find(w.mother.account); err != nil {
			return err
		}
		return tx.Save(f, intake.Turn{At: w.Now()})
	})
	if err != nil {
		w.Fatal(err)
	}
}

// link presses Look and returns what the desk's link to the page ends in.
func (h *human) link() string {
	h.Helper()
	h.tap("👁 Look")
	b, ok := find(h.card, "👁 Look on the page")
	if !ok || !strings.HasPrefix(b.Link, pages+"look/") {
		h.Fatalf("there is no link to the page: %q", labelsOf(h.card))
	}
	return strings.TrimPrefix(b.Link, pages+"look/")
}

// opens opens a link; "" where it opens nothing.
func (w *looking) opens(link string) string {
	w.Helper()
	session, ok, err := w.team.OpenLook(w.Context(), link)
	if err != nil {
		w.Fatal(err)
	}
	if ok != (session != "") {
		w.Fatalf("%v with %q", ok, session)
	}
	return session
}

func (w *looking) sight(session string) *intake.Sight {
	w.Helper()
	s, err := w.team.Sight(w.Context(), session)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *looking) file(session, sha256 string) bool {
	w.Helper()
	f, ok, err := w.team.LookFile(w.Context(), session, sha256)
	if err != nil {
		w.Fatal(err)
	}
	return ok && f.SHA256 == sha256
}

func all(s *intake.Sight) string {
	var b strings.Builder
	for _, c := range s.Columns {
		b.WriteString(c.Head.Plain() + "\n")
		for _, l := range c.Lines {
			b.WriteString(l.Plain() + "\n")
		}
	}
	return b.String()
}

// A moderator on Discord, which may not hold what is asked about a child, looks on the page: once, for
// three minutes, and on record.
func TestALookFromDiscord(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		eva := w.joins("discord:900", "Eva", intake.Moderator)
		eva.Say("/next")
		eva.Seen()
		before := w.entries()
		link := eva.link()
		if said := strings.Join(eva.Seen(), ""); strings.Contains(said+eva.card.Text.Plain(), "I am not sure") {
			t.Errorf("the chat holds the answer:\n%s\n%s", said, eva.card.Text.Plain())
		}
		if w.entries() != before {
			t.Error("a link that nobody opened is on record as a look")
		}
		session := w.opens(link)
		if n := w.entries() - before; n != 1 {
			t.Errorf("the look left %d entries", n)
		}
		s := w.sight(session)
		if s == nil || !strings.Contains(all(s), "child 1 · Parental authority") || len(s.Columns) != 1 || len(s.Files) != 0 {
			t.Fatalf("the page shows %+v", s)
		}
		if w.opens(link) != "" || w.opens(session) != "" || w.sight(link) != nil {
			t.Error("a link opened twice, or a word was good for something else")
		}
		if w.sight(session) == nil {
			t.Error("shown again within three minutes, it was gone")
		}
		if w.pass(intake.LookLife); w.sight(session) != nil {
			t.Error("three minutes later it was still there")
		}
		late := eva.link()
		if w.pass(intake.LookLinkLife); w.opens(late) != "" {
			t.Error("a link was good for more than ten minutes")
		}
	})
}

// Where the policy allows it, the chat holds the look; the page adds the proof, which is opened one by
// one, each on record.
func TestProofIsOpenedOnThePage(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.tap("👁 Look")
		if _, ok := find(jan.card, "👁 Look on the page"); ok {
			t.Error("there is a link to proof where there is none")
		}
		w.proof("an invoice")
		w.proof("a picture")
		w.proof("an invoice")
		jan.Seen()
		link := jan.link()
		jan.sees("2 files of evidence")
		jan.reads("child 1 · Parental authority")
		session := w.opens(link)
		s := w.sight(session)
		if s == nil || len(s.Files) != 2 {
			t.Fatalf("the page lists %+v", s)
		}
		before := w.entries()
		for i, f := range s.Files {
			if !w.file(session, f.SHA256) {
				t.Errorf("file %d does not open", i)
			}
		}
		if w.file(session, "") || w.file(session, strings.Repeat("0", 64)) || w.file(link, s.Files[0].SHA256) {
			t.Error("something opened that the page does not list")
		}
		if n := w.entries() - before; n != 2 {
			t.Errorf("two files left %d entries", n)
		}
		if w.pass(intake.LookLife); w.file(session, s.Files[0].SHA256) {
			t.Error("three minutes later a file opened")
		}
	})
}

// Should a file ever lie under a question about safety, the page does not list it and does not open it.
func TestNothingOfSafetyIsProof(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		w.proof("an invoice")
		eva := w.joins("discord:900", "Eva", intake.Moderator)
		eva.Say("/next")
		session := w.opens(eva.link())
		s := w.sight(session)
		if s == nil || len(s.Files) != 1 {
			t.Fatalf("the page lists %+v", s)
		}
		c, _ := campaign.Load(campaign.Embedded(), "tiktok")
		c.Question("e.files").Sensitivity = campaign.Safety
		w.desk.Campaign = func(string) (*campaign.Campaign, campaign.Status, bool) { return c, campaign.Open, true }
		if now := w.sight(session); now == nil || len(now.Files) != 0 || w.file(session, s.Files[0].SHA256) {
			t.Errorf("the page lists %+v", now)
		}
	})
}

// Who looks at more than work needs is locked, and sees nothing from then on, wherever they look.
func TestTooManyFilesLock(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		w.proof("an invoice")
		ria := w.joins("telegram:901", "Ria", intake.Admin)
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		session := w.opens(jan.link())
		sum := w.sight(session).Files[0].SHA256
		for i := range 20 {
			if !w.file(session, sum) {
				t.Fatalf("file %d does not open", i)
			}
		}
		ria.Seen()
		if w.file(session, sum) || w.sight(session) != nil {
			t.Error("the file after the twentieth opened, or the page stayed")
		}
		w.deliver()
		ria.reads("Jan looked at more")
		jan.tap("👁 Look").sees("An admin has to unlock you")
	})
}

// Sixty looks in an hour are as many on the page as in the chat.
func TestTooManyLooksLock(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		eva := w.joins("discord:900", "Eva", intake.Moderator)
		eva.Say("/next")
		link := eva.link()
		for i := range 60 {
			if w.opens(link) == "" {
				t.Fatalf("look %d does not open", i)
			}
			if i < 59 {
				link = eva.link()
			}
		}
		eva.tap("👁 Look").sees("An admin has to unlock you")
	})
}

// Whoever may not see a case any more sees nothing: dismissed, without the role, or when somebody
// else has it, it is settled, or the family is gone.
func TestALookEndsWithTheRightToIt(t *testing.T) {
	for name, then := range map[string]func(w *looking, eva *human){
		"dismissed": func(w *looking, eva *human) {
			w.member(eva, func(tx intake.Tx, m *intake.Member) error { return tx.Dismiss(m) })
		},
		"another role": func(w *looking, eva *human) {
			w.member(eva, func(tx intake.Tx, m *intake.Member) error {
				m.Roles = []intake.Role{intake.Lawyer}
				return tx.SaveMember(m, intake.Turn{At: w.Now()})
			})
		},
		"locked": func(w *looking, eva *human) {
			w.member(eva, func(tx intake.Tx, m *intake.Member) error {
				m.Sitting.Locked = w.Now()
				return tx.SaveMember(m, intake.Turn{At: w.Now()})
			})
		},
		"settled":     func(_ *looking, eva *human) { eva.tap("✅ Accept") },
		"knows them":  func(_ *looking, eva *human) { eva.tap("⋯").tap("🙈 I know this family") },
		"handed over": func(_ *looking, eva *human) { eva.tap("⋯").tap("🤝 Hand over").tap("Jan") },
		"erased":      func(w *looking, _ *human) { w.mother.Say("/delete"); w.mother.erases() },
	} {
		t.Run(name, func(t *testing.T) {
			onThePage(t, func(t *testing.T, w *looking) {
				w.joins("telegram:900", "Jan", intake.Moderator)
				eva := w.joins("discord:900", "Eva", intake.Moderator)
				eva.Say("/next")
				w.proof("an invoice")
				session := w.opens(eva.link())
				sum := w.sight(session).Files[0].SHA256
				link := eva.link()
				then(w, eva)
				if w.opens(link) != "" || w.sight(session) != nil || w.file(session, sum) {
					t.Error("there is still something to be seen")
				}
			})
		})
	}
}

func (w *looking) member(h *human, change func(tx intake.Tx, m *intake.Member) error) {
	w.Helper()
	err := w.store.InTx(w.Context(), func(tx intake.Tx) error {
		m, err := tx.Member(h.account)
		if err != nil {
			return err
		}
		return change(tx, m)
	})
	if err != nil {
		w.Fatal(err)
	}
}

// erases presses what an erasure asks, and fails when the file is still there.
func (h *human) erases() {
	h.Helper()
	h.Press(h.Labels()[1], false)
	err := h.store.InTx(h.Context(), func(tx intake.Tx) error {
		_, err := tx.Find(h.account)
		return err
	})
	if err == nil {
		h.Fatalf("the family is still on file: %q", h.Labels())
	}
}

// Where two files are compared, both are seen side by side, also what is the same in them.
func TestTwoFilesSideBySide(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		father := w.at("telegram:2").lives("not-sure-who-decides").file().Submission
		w.change(func(f *intake.File) {
			f.Submission.Flags[0].With = []intake.Other{{Submission: father.ID, Item: 1}}
		})
		eva := w.joins("discord:900", "Eva", intake.Moderator)
		mine := w.mother.file().Submission.Reference
		eva.Say("/case " + mine)
		s := w.sight(w.opens(eva.link()))
		if s == nil || len(s.Columns) != 2 || s.Columns[0].Head.Plain() != mine+":" || s.Columns[1].Head.Plain() != father.Reference+":" {
			t.Fatalf("the page shows %+v", s)
		}
		for i, c := range s.Columns {
			if len(c.Lines) != 1 || !strings.Contains(c.Lines[0].Plain(), "child 1 · Parental authority") {
				t.Errorf("column %d holds %v", i, c.Lines)
			}
		}
	})
}

// Without a page of our own, what the chat may not hold is not shown at all.
func TestNoPage(t *testing.T) {
	onThePage(t, func(t *testing.T, w *looking) {
		w.desk.Pages = ""
		eva := w.joins("discord:900", "Eva", intake.Moderator)
		eva.Say("/next")
		eva.tap("👁 Look").sees("cannot be shown in this chat")
		if _, ok := find(eva.card, "👁 Look on the page"); ok {
			t.Error("there is a link to no page")
		}
	})
}
