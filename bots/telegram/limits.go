package telegram

import (
	"strings"
	"time"

	"claimline/bots"
)

// Telegram's limits as its FAQ for bots states them: 30 messages a second to all chats together,
// one a second to a chat with short bursts, 20 a minute to a group, where edits count. Burst and
// pace together stay below each of them in any second or minute, wherever it begins.
var (
	overallPace = bots.Pace{Every: time.Second / 25, Burst: 5}
	privatePace = bots.Pace{Every: time.Second, Burst: 3}
	groupPace   = bots.Pace{Every: 4 * time.Second, Burst: 5}
)

func chatPace(chat string) bots.Pace {
	if isGroup(chat) {
		return groupPace
	}
	return privatePace
}

// isGroup tells groups from people: their ids are negative.
func isGroup(chat string) bool { return strings.HasPrefix(chat, "-") }
