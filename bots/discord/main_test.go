package discord

import (
	"testing"

	"go.uber.org/goleak"
)

// The library's Open waits for ever where the first thing it is told is to connect elsewhere; a
// session that does is left behind, with its goroutine. Its Close sleeps a second after the last word,
// for which Run waits outside these tests.
func TestMain(m *testing.M) {
	const library = "github.com/bwmarrin/discordgo.(*Session)."
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction(library+"Open"), goleak.IgnoreAnyFunction(library+"CloseWithCode"),
		goleak.IgnoreAnyFunction(library+"listen"), goleak.IgnoreAnyFunction(library+"heartbeat"), goleak.IgnoreAnyFunction("claimline/bots/discord.(*listener).left.func1"))
}
