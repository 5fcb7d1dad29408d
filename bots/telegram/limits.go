package telegram

import (
	"strings"
	"time"

	"claimline/bots"
)

// Limits are how fast a bot may send.
type Limits struct {
	Overall bots.Quota // messages to everybody, and edits in groups
	Private bots.Pace  // messages to one person
	Group   bots.Pace  // messages and edits in one group
}

// Published are the limits that Telegram's FAQ for bots states: 30 messages a second to all chats
// together, one a second to a chat with short bursts, 20 a minute to a group, where edits count.
// Burst and pace together stay within each of them in any second or minute, wherever it begins. The
// help text goes past them, and is sent again where it was one too many.
func Published() Limits {
	return Limits{
		Overall: bots.Quota{Most: 30, In: time.Second},
		Private: bots.Pace{Every: time.Second, Burst: 3},
		Group:   bots.Pace{Every: 4 * time.Second, Burst: 5},
	}
}

func (l Limits) gate() *bots.Meter {
	return bots.NewMeter(l.Overall, func(chat string) bots.Pace {
		if isGroup(chat) {
			return l.Group
		}
		return l.Private
	})
}

// isGroup tells groups from people: their ids are negative.
func isGroup(chat string) bool { return strings.HasPrefix(chat, "-") }
