package bots

import (
	"fmt"
	"time"
)

// Class is what went wrong on the way to a platform, and with it what follows.
type Class string

// The closed list. Adapters only classify; Delivery decides what to do about a class.
const (
	Throttled    Class = "throttled"    // too fast: nothing to this chat, or to the platform, before Failure.Wait is over
	Unreachable  Class = "unreachable"  // no answer, or the platform is ill: try again with growing pauses
	Ambiguous    Class = "ambiguous"    // the answer was cut off: it may have been delivered
	Gone         Class = "gone"         // the person blocked the bot, or the chat is no more: stop writing to it
	Moved        Class = "moved"        // the group became a supergroup: Failure.To
	Stale        Class = "stale"        // too old to change or to answer: nothing to do
	Unchanged    Class = "unchanged"    // it already says so: as good as done
	Rejected     Class = "rejected"     // the platform will never take this message
	Unauthorized Class = "unauthorized" // the token is wrong or was revoked: the platform pauses
	Conflict     Class = "conflict"     // somebody else is polling with the same token, or a webhook is set
	Superseded   Class = "superseded"   // never sent: the person had answered already
)

// Failure is a classified error. Its words never hold a token, an address or what a person said.
type Failure struct {
	Class  Class
	Doing  string        // what was being done, for example "sendMessage"
	Status int           // the platform's error code; 0 when it gave none
	Wait   time.Duration // Throttled: how long; 0 when the platform did not say
	All    bool          // Throttled: the whole platform, not only the chat
	To     string        // Moved: the new chat
	Note   string        // for whoever runs the program, in words of ours; usually ""
}

// Error names the class and the code, and nothing a person or the platform said.
func (f *Failure) Error() string {
	text := fmt.Sprintf("%s: %s", f.Doing, f.Class)
	if f.Status != 0 {
		text += fmt.Sprintf(" (%d)", f.Status)
	}
	if f.Note != "" {
		text += ": " + f.Note
	}
	return text
}
