package discord_test

import (
	"testing"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
)

// A process that starts anew knows where people are reached, and asks Discord for nobody's channel.
func TestAPrivateChannelIsOpenedOnceForAllProcesses(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	anna := r.server.Person("anna", fake.Profile{})
	who := intake.Account("discord:" + anna.ID())
	r.store.Open = []intake.Account{who}
	r.start()
	r.outbox.Put(intake.Outgoing{ID: "welcome", Account: who, Do: intake.Say, Body: plain("welcome")})
	r.sees(anna, "welcome")
	r.keeps(who, anna.ChannelID())
	r.stop()
	r.must(anna.Type("hello?"))
	r.start()
	r.sees(anna, "heard hello?")
	if n := r.server.Calls(fake.OpenDM); n != 1 {
		t.Errorf("her channel was opened %d times", n)
	}
}

// The channels that another bot had are not ours: what cannot be written there is written where Discord
// says that people are reached now.
func TestAPrivateChannelOfAnotherBot(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	anna := r.server.Person("anna", fake.Profile{})
	who := intake.Account("discord:" + anna.ID())
	r.must(nil, r.store.SetChannel(t.Context(), who, "1234567890"))
	r.start()
	r.outbox.Put(intake.Outgoing{ID: "welcome", Account: who, Do: intake.Say, Body: plain("welcome")})
	r.sees(anna, "welcome")
	r.keeps(who, anna.ChannelID())
}

// keeps waits until the store knows where somebody is reached.
func (r *rig) keeps(who intake.Account, channel string) {
	r.t.Helper()
	r.until("where somebody is reached is kept", func([]fake.Entry) bool {
		kept, err := r.store.Channel(r.t.Context(), who)
		return err == nil && kept == channel
	})
}
