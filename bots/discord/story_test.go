package discord_test

import (
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
)

func TestAConversation(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{Name: "Anna Voorbeeld", Locale: "nl"})
	r.must(anna.Type("hello"))
	first := r.sees(anna, "heard hello")
	r.must(anna.Press("Yes"))
	r.sees(anna, "pressed 1.yes.mac")
	if labels := first.Labels(); len(labels) != 3 {
		t.Errorf("the question had the buttons %v", labels)
	}
	if labels := anna.Chat().Messages[1].Labels(); len(labels) != 0 {
		t.Errorf("the old buttons are still there: %v", labels)
	}
	r.must(anna.Type("my secret words"))
	r.sees(anna, "heard my secret words")
	if e := r.desk.Handled()[2]; e.Locale != "nl" || e.Group || e.Account != intake.Account("discord:"+anna.ID()) {
		t.Errorf("the last event was %+v", e)
	}
	if since := time.Since(r.bot.LastHeard()); since > time.Minute {
		t.Errorf("the gateway was last heard %s ago", since)
	}
	if failed := anna.Chat().Failed(); len(failed) != 0 {
		t.Errorf("Anna saw presses fail: %+v", failed)
	}
}

func TestAnAnswerInAForm(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{Locale: "nl"})
	r.must(anna.Type("hello"))
	r.sees(anna, "heard hello")
	r.must(anna.Press("✎"))
	modal, err := anna.WaitModal(r.ctx())
	r.must(modal, err)
	if modal.Title != "nl your-answer" || len(modal.Inputs) != 1 || modal.Inputs[0].Style != 2 {
		t.Errorf("the form is\n%s", modal)
	}
	r.must(anna.Submit("my secret words\nin two lines"))
	r.sees(anna, "filled my secret words\nin two lines for 7.form.mac")
}
