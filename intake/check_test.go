package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

// family is what somebody says who registers one child.
type family struct {
	name, email, child, born, handle string
}

var voorbeeld = family{name: "Anna Voorbeeld", email: "anna@example.org", child: "Bo Voorbeeld", born: "12 March 2014", handle: "bo.vb"}

// another is somebody else at the same desk.
func (p *person) another(nth int) *person {
	q := *p
	q.account, q.count, q.direct, q.late, q.order = intake.Account(fmt.Sprint("telegram:", 2000+nth)), 0, nil, nil, nil
	q.shown = map[string]intake.Message{}
	q.read = len(p.shelf.out)
	q.desk.Now = func() time.Time { return q.now }
	return &q
}

// sends goes through the whole interview and sends it.
func (p *person) sends(f family) {
	p.Helper()
	p.answersAll(f)
	p.Say(f.name)
	if file, err := p.file(); err != nil || file.Submission == nil {
		p.Fatalf("nothing was sent: %s is showing, with %q", p.Question(), p.Labels())
	}
}

// answersAll goes through the interview up to the signature.
func (p *person) answersAll(f family) {
	p.Helper()
	p.desk.Now = func() time.Time { return p.now }
	p.Say("/start")
	for _, label := range []string{"Start", "I have read this", "My child or children", "Netherlands"} {
		p.Press(label, false)
	}
	p.Say(f.child)
	p.Say(f.born)
	p.Press("Yes, I alone", false)
	p.Press("An own account", false)
	p.Press("2021", false)
	p.Press("Until now", false)
	p.Press("☐ Data taken without our permission", false)
	p.Press("Done", false)
	if f.handle == "" {
		p.Press("I don't know now", false)
	} else {
		p.Say(f.handle)
	}
	p.Press("No, that is all", false)
	p.Say(f.name)
	if f.email == "" {
		p.Press("Not now", false)
	} else {
		p.Say(f.email)
	}
	p.Say("1234 AB")
	p.Press("No", false)
	p.Press("Agree, with obligation to pay", false)
	p.Press("☐ Give my file to the lawyers", false)
	p.Press("Done", false)
}

// flags are those of what somebody has sent.
func (p *person) flags() []intake.Flag {
	p.Helper()
	f, err := p.file()
	if err != nil || f.Submission == nil {
		p.Fatalf("nothing was sent: %v", err)
	}
	return f.Submission.Flags
}

func (p *person) codes() (codes []string) {
	for _, f := range p.flags() {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return codes
}

func (p *person) flag(code string) intake.Flag {
	p.Helper()
	i := slices.IndexFunc(p.flags(), func(f intake.Flag) bool { return f.Code == code })
	if i < 0 {
		p.Fatalf("there is no flag %s among %v", code, p.codes())
	}
	return p.flags()[i]
}

func (p *person) submission() intake.Submission {
	f, err := p.file()
	if err != nil {
		p.Fatal(err)
	}
	return *f.Submission
}

// What somebody else's file has in common with the first one decides the flag, and the flag says
// which answers and which file.
func TestTwoFilesWithSomethingInCommon(t *testing.T) {
	t.Parallel()
	other := family{name: "Chris Ander", email: "chris@example.org", child: "Dana Ander", born: "1 May 2012", handle: "dana"}
	for label, c := range map[string]struct {
		change  func(*family)
		code    string
		status  string
		answers []string
	}{
		"nothing":                      {func(f *family) {}, "", intake.Accepted, nil},
		"the same child":               {func(f *family) { f.child, f.born = "bo maria voorbeeld", voorbeeld.born }, "SAME_CHILD", intake.InReview, []string{"c.name", "c.dob"}},
		"a namesake of the child":      {func(f *family) { f.child = voorbeeld.child }, "", intake.Accepted, nil},
		"a child of the same day":      {func(f *family) { f.born = voorbeeld.born }, "", intake.Accepted, nil},
		"the same user name":           {func(f *family) { f.handle = "@Bo.VB" }, "SAME_HANDLE", intake.InReview, []string{"c.handle"}},
		"an address that two use":      {func(f *family) { f.email = "Anna@Example.org" }, "SHARED_CONTACT", intake.Accepted, []string{"tt.email"}},
		"a namesake of the parent":     {func(f *family) { f.name = voorbeeld.name }, "", intake.Accepted, nil},
		"the same person":              {func(f *family) { f.name, f.email = "ANNA Voorbeeld", voorbeeld.email }, "DUPLICATE_CLAIMANT", intake.InReview, []string{"tt.name", "tt.email"}},
		"the same person, middle name": {func(f *family) { f.name, f.email = "Anna Maria Voorbeeld", voorbeeld.email }, "DUPLICATE_CLAIMANT", intake.InReview, []string{"tt.name", "tt.email"}},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			first := sit(t, load(t, "tiktok"), campaign.Open, "en")
			first.sends(voorbeeld)
			second, says := first.another(1), other
			c.change(&says)
			second.sends(says)
			if got := strings.Join(second.codes(), " "); got != c.code {
				t.Fatalf("the second file has the flags %q, want %q", got, c.code)
			}
			if got := second.submission().Status; got != c.status {
				t.Errorf("the second file is %s", got)
			}
			if len(first.codes()) > 0 || first.submission().Status != intake.Accepted {
				t.Errorf("the first file, which did nothing, has %v", first.codes())
			}
			if c.code == "" {
				return
			}
			f := second.flag(c.code)
			if with := (intake.Other{Submission: first.submission().ID, Item: f.Item}); !slices.Equal(f.With, []intake.Other{with}) {
				t.Errorf("the flag points at %v, want %v", f.With, with)
			}
			if !slices.Equal(f.Answers, c.answers) {
				t.Errorf("the flag names %v, want %v", f.Answers, c.answers)
			}
		})
	}
}

// again is the campaign with a pack that asks once more what can be alike in two files.
func again(t testing.TB) *campaign.Campaign {
	c := load(t, "tiktok")
	pack := campaign.Pack{ID: "again"}
	for _, id := range []string{"c.handle", "c.name", "c.dob", "tt.phone"} {
		pack.Screens = append(pack.Screens, campaign.Screen{Part: 1, Ask: []string{id}})
	}
	c.Packs = append(c.Packs, pack)
	return c
}

// corrects gives another answer after everything was sent.
func (p *person) corrects(question string, item int, value string) {
	p.Helper()
	f, err := p.file()
	if err != nil {
		p.Fatal(err)
	}
	f.Conversation.State.Pack = &intake.PackAt{ID: "again", Item: 1}
	f.Conversation.State.Focus = &intake.Focus{Key: intake.Key{Question: question, Item: item}}
	if err := p.shelf.Save(&f, intake.Turn{}); err != nil {
		p.Fatal(err)
	}
	p.desk.Now = func() time.Time { return p.now }
	p.Say(value)
}

// A correction runs the rules again: what is not alike any more raises nothing, and what has become
// alike does, in the file of whoever said it.
func TestACorrectionRunsTheRulesAgain(t *testing.T) {
	t.Parallel()
	first := sit(t, again(t), campaign.Open, "en")
	first.sends(voorbeeld)
	second := first.another(1)
	second.sends(family{name: "Chris Ander", email: "chris@example.org", child: "Dana Ander", born: "1 May 2012", handle: voorbeeld.handle})
	second.flag("SAME_HANDLE")

	second.corrects("c.handle", 1, "dana")
	if got := second.codes(); len(got) > 0 || second.submission().Status != intake.Accepted || !second.submission().Counts {
		t.Errorf("the user name was a slip; the file is %s with %v", second.submission().Status, got)
	}
	second.corrects("c.name", 1, voorbeeld.child)
	second.corrects("c.dob", 1, voorbeeld.born)
	if f := second.flag("SAME_CHILD"); f.State != "open" || f.With[0].Submission != first.submission().ID {
		t.Errorf("the same child after all: %v", f)
	}
	first.corrects("tt.phone", 0, "06 12345678")
	if got := first.codes(); len(got) > 0 {
		t.Errorf("the first parent only added a telephone number, and has %v", got)
	}
	second.corrects("tt.phone", 0, "+31 6 12345678")
	second.flag("SHARED_CONTACT")

	var onRecord []string
	for _, e := range second.shelf.audit {
		if e.Kind == "correction" && e.Refs["submission"] == second.submission().ID {
			onRecord = append(onRecord, e.Refs["question"])
		}
	}
	if want := []string{"c.handle", "c.name", "c.dob", "tt.phone"}; !slices.Equal(onRecord, want) {
		t.Errorf("after it was sent %v changed, and the audit trail has %v", want, onRecord)
	}
}

// What was settled stays settled when the rules run again, until another file comes into it.
func TestASettledMatchStaysSettled(t *testing.T) {
	t.Parallel()
	first := sit(t, again(t), campaign.Open, "en")
	first.sends(voorbeeld)
	second := first.another(1)
	second.sends(family{name: "Chris Ander", email: "chris@example.org", child: voorbeeld.child, born: voorbeeld.born, handle: "x.one"})
	f, err := second.file()
	if err != nil {
		t.Fatal(err)
	}
	f.Submission.Flags[0].State = "settled"
	if err := second.shelf.Save(&f, intake.Turn{}); err != nil {
		t.Fatal(err)
	}
	second.corrects("tt.phone", 0, "06 12345678")
	if f := second.flag("SAME_CHILD"); f.State != "settled" || second.submission().Status != intake.Accepted {
		t.Errorf("a moderator has seen that it is the other parent, and the flag is %s", f.State)
	}
	third := first.another(2)
	third.sends(family{name: "Eva Derde", child: "Fay Derde", born: "2 May 2013", handle: "x.three"})
	second.corrects("c.handle", 1, "x.three")
	second.flag("SAME_HANDLE")
	third.corrects("c.name", 1, voorbeeld.child)
	third.corrects("c.dob", 1, voorbeeld.born)
	if f := third.flag("SAME_CHILD"); len(f.With) != 2 {
		t.Errorf("the same child in two other files, and the flag names %v", f.With)
	}
}

// Who can be reached by chat can be reached. When the chat is gone, an address is left, or nothing.
func TestWhoCanBeReached(t *testing.T) {
	t.Parallel()
	for label, c := range map[string]struct{ email, before, gone string }{
		"an address":                    {"anna@example.org", "", "CONTACT_UNVERIFIED"},
		"no address":                    {"", "", "UNREACHABLE"},
		"an address that does not last": {"anna@mailinator.com", "DISPOSABLE_EMAIL", "DISPOSABLE_EMAIL UNREACHABLE"},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			p := sit(t, load(t, "tiktok"), campaign.Open, "en")
			f := voorbeeld
			f.email = c.email
			p.sends(f)
			reads := func(want string, counts bool) {
				t.Helper()
				if got := strings.Join(p.codes(), " "); got != want || p.submission().Counts != counts || p.submission().Status != intake.Accepted {
					t.Errorf("%q, counts: %t, %s; want %q, %t", got, p.submission().Counts, p.submission().Status, want, counts)
				}
			}
			reads(c.before, true)
			p.do(intake.Blocked{})
			reads(c.gone, false)
			p.do(intake.Blocked{Back: true})
			reads(c.before, true)
			p.do(intake.Blocked{})
			p.Say("/status")
			reads(c.before, true)
		})
	}
}

// Who stopped the bot as their claim was sent never got its number: they are told when they let it back in.
func TestWhoComesBackIsToldOfTheirClaim(t *testing.T) {
	t.Parallel()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	p.sends(voorbeeld)
	p.do(intake.Blocked{})
	p.Seen()
	p.do(intake.Blocked{Back: true})
	if seen := strings.Join(p.Seen(), "\n"); !strings.Contains(seen, p.submission().Reference) {
		t.Errorf("they see:\n%s", seen)
	}
}

// What contradicts itself is asked about once; the same answer given twice stands, and a moderator looks.
func TestAContradictionIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	p := begun(t)
	asks := func(words string) {
		t.Helper()
		if seen := strings.Join(p.Seen(), "\n"); !strings.Contains(seen, words) {
			t.Fatalf("it was not asked about:\n%s", seen)
		}
	}
	p.Press("Belgium", false)
	p.Say("Bo Voorbeeld")
	p.Say("12 March 2022")
	p.Press("Yes, I alone", false)
	p.Press("An own account", false)
	p.Say("2021")
	asks("before Bo was born")
	p.Say("2021")
	p.Press("Until now", false)
	p.Press("☐ Data taken without our permission", false)
	p.Press("Done", false)
	p.Press("I don't know now", false)
	p.Press("No, that is all", false)
	p.Say("Anna Voorbeeld")
	p.Press("Not now", false)
	p.Say("1234 AB")
	asks("looks like a Dutch postcode")
	p.Say("1234 AB")
	p.Press("No", false)
	p.Press("Agree, with obligation to pay", false)
	p.Press("☐ Give my file to the lawyers", false)
	p.Press("Done", false)
	p.Say("Anna Voorbeeld")
	if got := strings.Join(p.codes(), " "); got != "COUNTRY_MISMATCH DATE_CONFLICT" || p.submission().Status != intake.InReview {
		t.Errorf("what was said twice raises %q, %s", got, p.submission().Status)
	}
}

// A correction after everything was sent erases no other answer: nobody would ask for it again. What
// contradicts it then is for a moderator.
func TestACorrectionErasesNothingElse(t *testing.T) {
	t.Parallel()
	p := sit(t, again(t), campaign.Open, "en")
	p.sends(voorbeeld)
	p.corrects("c.dob", 1, "12 March 2023") // the first use was in 2021
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	if first := f.Conversation.State.Answers[intake.Key{Question: "c.first_use", Item: 1}]; !slices.Equal(first.Values, []string{"2021"}) {
		t.Errorf("the first use is %v now", first.Values)
	}
	p.flag("DATE_CONFLICT")
}

// A campaign has another version since somebody agreed, and the agreement still reads the same: what is
// on file is the version that they had before them.
func TestAnAgreementKeepsTheVersionItWasReadIn(t *testing.T) {
	t.Parallel()
	p := sit(t, again(t), campaign.Open, "en")
	p.answersAll(voorbeeld)
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	const read = 9
	for key, a := range f.Conversation.State.Answers {
		if key.Question == "k.mandate" {
			a.Version = read
			f.Conversation.State.Answers[key] = a
		}
	}
	if err := p.shelf.Save(&f, intake.Turn{}); err != nil {
		t.Fatal(err)
	}
	p.Say(voorbeeld.name)
	mandates := 0
	for _, c := range p.submission().Consents {
		if c.Purpose != "k.mandate" {
			continue
		}
		mandates++
		if c.Version != read {
			t.Errorf("it was read in version %d, and on file is %d", read, c.Version)
		}
	}
	if mandates == 0 {
		t.Errorf("the mandate is not on file: %+v", p.submission().Consents)
	}
}
