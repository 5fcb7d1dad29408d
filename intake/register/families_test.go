package register_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/register"
)

func lanterns(t testing.TB) *campaign.Campaign {
	t.Helper()
	c, faults := campaign.Load(os.DirFS("../campaign/testdata"), "lanterns")
	if len(faults) > 0 {
		t.Fatalf("load lanterns: %v", faults)
	}
	return c
}

var sent = time.Date(2026, 11, 23, 19, 4, 5, 678_000_000, time.UTC)

// said is what a family answered, by key: "b.dob#1" is about its first child. No values is a skip.
type said map[string][]string

// family is a file as the store would hand it over, sent and accepted.
func family(t testing.TB, reference string, answers said, members ...int) intake.File {
	t.Helper()
	f := intake.File{
		Person: "person-" + reference, Account: "telegram:3527065",
		Conversation: intake.Conversation{
			ID: "conversation-" + reference, Campaign: "lanterns", Stage: intake.StageSent, Language: "nl", Country: "NL", Started: sent.Add(-10 * time.Minute),
			State: intake.State{Answers: map[intake.Key]intake.Answer{}, Members: members},
		},
		Submission: &intake.Submission{
			ID: "submission-" + reference, Reference: reference, Campaign: "lanterns", Status: intake.Accepted, Outcome: "reader",
			At: sent, Language: "nl", Country: "NL", Counts: true,
		},
	}
	for name, values := range answers {
		var key intake.Key
		if err := key.UnmarshalText([]byte(name)); err != nil {
			t.Fatal(err)
		}
		how := intake.Given
		if values == nil {
			how = intake.Skipped
		}
		f.Conversation.State.Answers[key] = intake.Answer{How: how, Values: values, Version: 2, At: sent.Add(-time.Minute)}
	}
	for _, item := range members {
		f.Submission.Members = append(f.Submission.Members, intake.MemberOutcome{Item: item, Outcome: "reader", Reasons: []string{}})
	}
	return f
}

// agreed adds a decision about an agreement.
func agreed(f intake.File, purpose string, item int, given bool) intake.File {
	f.Submission.Consents = append(f.Submission.Consents, intake.Consent{
		Purpose: purpose, Item: item, Given: given, Version: 2, Language: "nl", GivenAt: sent.Add(-time.Minute),
		TextSHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	})
	return f
}

// The words below that stand for something delicate hold "canary", so that they can be looked for.

// voorbeeld is a mother of two; a child in between was let go. She has told of everything.
func voorbeeld(t testing.TB) intake.File {
	f := family(t, "LM-7K4Q-9M2F", said{
		"lm.hello": {"begin"}, "lm.notice": {"read"}, "lm.who": {"member"}, "lm.country": {"NL"}, "lm.moved": {"yes"},
		"b.name#1": {"Canary Voorbeeld"}, "b.dob#1": {"2014-05-06"}, "b.may#1": {"together"}, "b.country#1": {"BE"},
		"b.first#1": {"2021-01-01/2021-05-05"}, "b.last#1": {"still"}, "b.item#1": {"aloud", "bedtime", "stranger"}, "b.safe#1": {"unknown"},
		"b.lamps#1": {"2"}, "b.handle#1": {"canary.een", "canary.twee"},
		"b.name#3": {"Ümit-Canary Voorbeeld"}, "b.dob#3": {"2018-02-28"}, "b.may#3": {"alone"},
		"b.first#3": {"2024"}, "b.last#3": {"2025"}, "b.item#3": {"homework"}, "b.lamps#3": {"1"}, "b.handle#3": nil,
		"lm.name": {"Anna Canary-Voorbeeld"}, "lm.email": {"canary@example.org"}, "lm.card": {"98765432"}, "lm.since": {"2019-21~"},
		"lm.deposit": {"17.50 EUR"}, "lm.other": {"unknown"}, "lm.phone": {"+31600000042"},
		"k.act#1": {"agree"}, "k.act#3": {"agree"}, "k.firm": {"yes"}, "k.news": {"no"}, "k.sign": {"A. Canary Voorbeeld"},
		"b.where#1": {"home"}, "b.due#1": {"2027-01-31"}, "b.photo#1": {"file-1"},
		"k.special": {"yes"}, "b.prayer#1": {"prayers"}, "b.words#1": {"=SUM(A1) the canary sang"},
	}, 1, 3)
	f.Conversation.State.Files = []intake.StoredFile{
		{ID: "file-1", SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", Bytes: 48213, Type: "image/jpeg", Name: "canary.jpg"},
		{ID: "file-2", SHA256: "canary of a file that no answer names", Bytes: 1, Type: "image/png", Name: "canary.png"},
	}
	f.Submission.Status = intake.InReview
	f.Submission.Flags = []intake.Flag{
		{Code: "SAME_HANDLE", Severity: "medium", Acts: "moderator", Item: 3, State: "open", Answers: []string{"b.handle"}},
		{Code: "FAST_FILL", Severity: "medium", Acts: "moderator", State: "settled"},
		{Code: "SAME_CHILD", Severity: "medium", Acts: "moderator", Item: 2, State: "open"},
	}
	f.Submission.Members[1].Outcome, f.Submission.Members[1].Reasons = "friend", []string{"TOO_EARLY"}
	f = agreed(agreed(agreed(f, "k.act", 1, true), "k.act", 3, true), "k.firm", 0, true)
	withdrawn := sent.Add(48 * time.Hour)
	f.Submission.Consents[1].Withdrawn = &withdrawn
	return agreed(f, "k.special", 0, true)
}

// grown used a lantern as a child and claims alone; he skipped what he could.
func grown(t testing.TB) intake.File {
	f := family(t, "LM-0000-0001", said{
		"lm.who": {"self"}, "lm.country": {"BE"}, "lm.moved": {"no"}, "b.dob#1": {"2003"}, "b.first#1": {"2017"}, "b.last#1": {"2020-07-01/2020-12-31"},
		"b.item#1": {"homework"}, "b.lamps#1": {"1"}, "lm.name": {"Karel Canary"}, "lm.email": nil, "lm.since": nil, "lm.deposit": nil,
		"k.act#1": {"agree"}, "k.firm": {"yes"}, "k.news": {"yes"}, "k.sign": {"Karel Canary"}, "b.model#1": {"pocket"},
		"b.where#1": {"lost"}, "b.due#1": {"2027-01-31"}, // told before the lantern was lost: does not apply any more
	}, 1)
	f.Submission.Language, f.Submission.Country = "en", "BE"
	return agreed(agreed(f, "k.act", 1, true), "k.firm", 0, true)
}

// silent lets nobody have the file.
func silent(t testing.TB) intake.File {
	f := family(t, "LM-0000-0002", said{"lm.who": {"member"}, "b.name#1": {"Canary"}, "k.firm": {"no"}}, 1)
	return agreed(f, "k.firm", 0, false)
}

// friend only supports, and was never asked about lawyers.
func friend(t testing.TB) intake.File {
	f := family(t, "LM-0000-0003", said{"lm.who": {"friend"}, "lm.first_name": {"Canary"}, "lm.country": {"LU"}, "lm.email": nil})
	f.Submission.Outcome, f.Submission.Country = "friend", "LU"
	f.Submission.Members = []intake.MemberOutcome{{Outcome: "friend", Reasons: []string{}}}
	return f
}

func registerOf(t testing.TB, o register.Options, files ...intake.File) ([]byte, register.Manifest) {
	t.Helper()
	var out bytes.Buffer
	w, err := register.NewWriter(&out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), manifest
}
