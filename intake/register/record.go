package register

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// record is one submission in the reference form, here over several lines:
//
//	{"reference": "LM-7K4Q-9M2F", "campaign": "lanterns", "status": "accepted", "outcome": "reader",
//	 "language": "nl", "country": "NL", "submitted_at": "2026-11-23T19:04:05Z",
//	 "answers": {"lm.since": "2019-21~", "lm.deposit": {"amount": 17.50, "currency": "EUR"}, "f.lamps": 3},
//	 "children": [{"outcome": "reader", "reasons": [], "answers": {"b.item": ["aloud", "bedtime"], "f.under_12": true}}],
//	 "flags": [{"code": "SAME_HANDLE", "severity": "medium", "acts": "moderator", "child": 1, "state": "open"}],
//	 "consents": [{"purpose": "k.firm", "version": 2, "text_sha256": "9f86…", "given_at": "2026-11-23T19:03:05Z", "withdrawn_at": null}],
//	 "files": [{"sha256": "2cf2…", "bytes": 48213, "type": "image/jpeg"}],
//	 "decisions": [{"verdict": "keep-both", "reason": "", "codes": ["SAME_HANDLE"], "at": "2026-11-24T20:14:05Z", "second": false, "undone": false}]}
//
// A question that was skipped is null, or an empty list where it takes several answers; one that
// was not asked on this path is not there. A file is named by its SHA-256, everywhere. Agreements
// that were refused are answers, not consents.
type record struct {
	Reference   string     `json:"reference"`
	Campaign    string     `json:"campaign"`
	Status      string     `json:"status"`
	Outcome     string     `json:"outcome"`
	Language    string     `json:"language"`
	Country     string     `json:"country"`
	SubmittedAt string     `json:"submitted_at"`
	Answers     answers    `json:"answers"`
	Children    []child    `json:"children"`
	Flags       []flag     `json:"flags"`
	Consents    []consent  `json:"consents"`
	Files       []file     `json:"files"`
	Decisions   []decision `json:"decisions"`
}

type child struct {
	Outcome string   `json:"outcome"`
	Reasons []string `json:"reasons"`
	Answers answers  `json:"answers"`
}

type flag struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Acts     string `json:"acts"`
	Child    *int   `json:"child"` // its place among the children, from 1; null when it is about nobody of them
	State    string `json:"state"`
}

type consent struct {
	Purpose     string  `json:"purpose"`
	Version     int     `json:"version"`
	TextSHA256  string  `json:"text_sha256"`
	GivenAt     string  `json:"given_at"`
	WithdrawnAt *string `json:"withdrawn_at"`
	Child       *int    `json:"-"` // sheets say whom it is about; here the child's answers do
}

// decision is what the team decided. Who of the team it was is not handed out.
type decision struct {
	Verdict string   `json:"verdict"`
	Reason  string   `json:"reason"`
	Codes   []string `json:"codes"` // flags that it settled
	At      string   `json:"at"`
	Second  bool     `json:"second"` // a second person agreed
	Undone  bool     `json:"undone"`
}

func decisions(of []intake.Decision) []decision {
	out := []decision{}
	for _, d := range of {
		out = append(out, decision{Verdict: d.Verdict, Reason: d.Reason, Codes: append([]string{}, d.Codes...), At: moment(d.At),
			Second: d.Second != "", Undone: d.Undone})
	}
	return out
}

type file struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Type   string `json:"type"`
}

// answers are the values of a layout's columns.
type answers []said

// said is the value of one column: nil when it was skipped, and not there at all when it was not asked.
type said struct {
	column column
	value  any
	asked  bool
}

// MarshalJSON keeps the order of the campaign file, which a map would lose.
func (a answers) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for _, s := range a {
		if !s.asked {
			continue
		}
		value, err := json.Marshal(s.value)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), s.column.id...), `":`...)
		out = append(out, value...)
	}
	return append(out, '}'), nil
}

// newRecord makes the record of a file that was sent.
func newRecord(c *campaign.Campaign, l layout, f intake.File) record {
	b := builder{file: f, answers: intake.AnswersOf(c, f), used: map[string]bool{}}
	s := f.Submission
	r := record{
		Reference: s.Reference, Campaign: s.Campaign, Status: s.Status, Outcome: s.Outcome,
		Language: s.Language, Country: s.Country, SubmittedAt: moment(s.At),
		Answers: b.about(l.person, 0), Children: []child{}, Decisions: decisions(s.Review.Decisions),
	}
	for _, item := range f.Conversation.State.Members {
		m := child{Reasons: []string{}, Answers: b.about(l.member, item)}
		if i := slices.IndexFunc(s.Members, func(o intake.MemberOutcome) bool { return o.Item == item }); i >= 0 {
			m.Outcome, m.Reasons = s.Members[i].Outcome, append(m.Reasons, s.Members[i].Reasons...)
		}
		r.Children = append(r.Children, m)
	}
	r.Flags, r.Consents, r.Files = b.flags(), b.consents(), b.files()
	return r
}

// builder takes a file apart.
type builder struct {
	file    intake.File
	answers intake.Answers
	used    map[string]bool // files that an answer in the register names, by id
}

func (b builder) about(columns []column, item int) answers {
	facts := b.answers.Facts(item)
	out := make(answers, 0, len(columns))
	for _, col := range columns {
		s := said{column: col}
		if col.q != nil {
			s.value, s.asked = b.answer(col, item)
		} else {
			s.value, s.asked = facts[col.fact], true
		}
		if s.value == "" { // a fact that could not be told
			s.value = nil
		}
		out = append(out, s)
	}
	return out
}

func (b builder) answer(col column, item int) (any, bool) {
	values, ok := b.answers.Of(col.q, item)
	if !ok {
		return nil, false
	}
	if col.coarse {
		values = yearsOf(values)
	}
	if col.q.Kind != answer.File {
		return answer.ExportJSON(col.q.Kind, values), true
	}
	sums := []string{}
	for _, f := range b.file.Conversation.State.Files {
		if slices.Contains(values, f.ID) {
			b.used[f.ID] = true
			sums = append(sums, f.SHA256)
		}
	}
	return sums, true
}

// yearsOf makes years of what lies within a year: "2021" of "2021-01-01/2021-05-05".
func yearsOf(values []string) []string {
	out := slices.Clone(values)
	for i, v := range out {
		if year, _, narrowed := strings.Cut(v, "-"); narrowed {
			out[i] = year
		}
	}
	return out
}

// files lists the evidence that the register's answers name: what belongs to an answer that is
// left out is left out with it.
func (b builder) files() []file {
	out := []file{}
	for _, f := range b.file.Conversation.State.Files {
		if b.used[f.ID] {
			out = append(out, file{f.SHA256, f.Bytes, f.Type})
		}
	}
	return out
}

// place is the member's place among the children, from 1; nil for the person, and for a member who was let go.
func (b builder) place(item int) *int {
	i := slices.Index(b.file.Conversation.State.Members, item)
	if i < 0 {
		return nil
	}
	i++
	return &i
}

func (b builder) flags() []flag {
	out := []flag{}
	for _, f := range b.file.Submission.Flags {
		out = append(out, flag{Code: f.Code, Severity: f.Severity, Acts: f.Acts, Child: b.place(f.Item), State: f.State})
	}
	return out
}

func (b builder) consents() []consent {
	out := []consent{}
	for _, k := range b.file.Submission.Consents {
		if !k.Given {
			continue
		}
		given := consent{Purpose: k.Purpose, Version: k.Version, TextSHA256: k.TextSHA256, GivenAt: moment(k.GivenAt), Child: b.place(k.Item)}
		if k.Withdrawn != nil {
			at := moment(*k.Withdrawn)
			given.WithdrawnAt = &at
		}
		out = append(out, given)
	}
	return out
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
