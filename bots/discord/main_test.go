package discord

import (
	"testing"

	"go.uber.org/goleak"
)

// The library's Open waits for ever where the first thing it is told is to connect elsewhere; a
// session that does is left behind, with its goroutine.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/bwmarrin/discordgo.(*Session).Open"))
}
