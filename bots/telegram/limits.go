package telegram

import (
	"strings"
	"time"

	"claimline/bots"
)

// Limits are how fast a bot may send.
type Limits struct {
	Overall bots.Pace // everything
	Private bots.Pace // messages to one person
	Group   bots.Pace // messages and edits in one group
}

// Published are the limits that Telegram's FAQ for bots states: 30 messages a second to all chats
// together, one a second to a chat with short bursts, 20 a minute to a group, where edits count.
// Burst and pace together stay within each of them in any second or minute, wherever it begins; of
// the thirty, five are left for messages that the network has held up and that arrive together.
func Published() Limits {
	return Limits{
		Overall: bots.Pace{Every: time.Second / 22, Burst: 3},
		Private: bots.Pace{Every: time.Second, Burst: 3},
		Group:   bots.Pace{Every: 4 * time.Second, Burst: 5},
	}
}

func (l Limits) gate() *bots.Gate {
	return bots.NewGate(l.Overall, func(chat string) bots.Pace {
		if isGroup(chat) {
			return l.Group
		}
		return l.Private
	})
}

// isGroup tells groups from people: their ids are negative.
func isGroup(chat string) bool { return strings.HasPrefix(chat, "-") }
