package intake_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

func TestAnswersOfAFile(t *testing.T) {
	t.Parallel()
	c, faults := campaign.Load(os.DirFS("campaign/testdata"), "lanterns")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sent := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	given := func(values ...string) intake.Answer {
		return intake.Answer{How: intake.Given, Values: values, At: sent}
	}
	f := intake.File{
		Conversation: intake.Conversation{Stage: intake.StageSent, Started: sent.Add(-time.Hour), State: intake.State{
			Members: []int{2},
			Answers: map[intake.Key]intake.Answer{
				{Question: "lm.who"}:           given("member"),
				{Question: "lm.country"}:       given("BE"),
				{Question: "lm.email"}:         {How: intake.Skipped, At: sent},
				{Question: "b.dob", Item: 2}:   given("2016-02-01"),
				{Question: "b.first", Item: 2}: given("2020"),
				{Question: "b.where", Item: 2}: given("lost"),
				{Question: "b.due", Item: 2}:   given("2027-01-31"),
				{Question: "b.lamps", Item: 2}: given("2"),
			},
		}},
		Submission: &intake.Submission{At: sent},
	}
	answers := intake.AnswersOf(c, f)
	for _, tc := range []struct {
		label    string
		question string
		item     int
		want     []string
		has      bool
	}{
		{"said", "lm.country", 0, []string{"BE"}, true},
		{"said about the member", "b.dob", 2, []string{"2016-02-01"}, true},
		{"skipped", "lm.email", 0, nil, true},
		{"by default", "lm.moved", 0, []string{"no"}, true},
		{"by default, from another answer, of a question that does not apply", "b.country", 2, []string{"BE"}, true},
		{"not asked yet", "lm.name", 0, nil, false},
		{"on record, but made impossible by a later answer", "b.due", 2, []string{"2027-01-31"}, false},
		{"about the person, of a question about members", "b.dob", 0, nil, false},
		{"about a member, of a question about the person", "lm.country", 2, nil, false},
	} {
		got, has := answers.Of(c.Question(tc.question), tc.item)
		if has != tc.has || !slices.Equal(got, tc.want) && has {
			t.Errorf("%s: %s is %q, %v; want %q, %v", tc.label, tc.question, got, has, tc.want, tc.has)
		}
	}
	if facts := answers.Facts(2); facts["under_12"] != true || facts["lives_near"] != true || facts["lives_in"] != false {
		t.Errorf("facts about the member: %v", facts)
	}
	if facts := answers.Facts(0); facts["lamps"] != 2 || facts["household"] != "one" {
		t.Errorf("facts about the person: %v", facts)
	}
}

// A question for 16- and 17-year-olds stays answered when the child grows older in the register.
func TestAnAnswerAppliesAsOnTheDayItWasGiven(t *testing.T) {
	t.Parallel()
	c, faults := campaign.Load(campaign.Embedded(), "tiktok")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	then := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	later := then.AddDate(2, 0, 0)
	f := intake.File{
		Conversation: intake.Conversation{Stage: intake.StageSent, Started: then, State: intake.State{
			Members: []int{1},
			Answers: map[intake.Key]intake.Answer{
				{Question: "tt.role"}:             {Values: []string{"parent"}, At: then},
				{Question: "c.dob", Item: 1}:      {Values: []string{"2009-03-03"}, At: then},
				{Question: "c.child_ok", Item: 1}: {Values: []string{"yes"}, At: then},
				{Question: "c.app", Item: 1}:      {Values: []string{"tiktok"}, At: later},
			},
		}},
		Submission: &intake.Submission{At: then},
	}
	if got, ok := intake.AnswersOf(c, f).Of(c.Question("c.child_ok"), 1); !ok || !slices.Equal(got, []string{"yes"}) {
		t.Errorf("two years later the answer is %q, %v", got, ok)
	}
}
