package intake

import (
	"time"

	"claimline/intake/wording"
)

// Doing is what an Outgoing asks of a platform.
type Doing string

// Everything the program can ask of a platform.
const (
	Say    Doing = "say"    // a new message
	Edit   Doing = "edit"   // change one of ours: text, buttons or both
	Remove Doing = "remove" // take a message away, ours or the person's, where the platform allows it
	Fetch  Doing = "fetch"  // download a file that was offered; it comes back as Fetched
)

// Outgoing is one thing the program will say or do. It is committed with the turn that caused it
// and durable until delivered.
type Outgoing struct {
	ID      string // random
	Account Account
	Seq     int64 // order within the chat, taken from the locked conversation
	Do      Doing

	Of      string    // Edit, Remove: the earlier Outgoing meant; or
	Message MessageID // Edit, Remove: the platform's message, where an event named it

	// After puts it off for that long. What is put off waits for nothing but the message that it changes
	// or removes, and nothing waits for it.
	After time.Duration

	Body Message // Say, Edit
	File Sent    // Fetch
	Keep Custody // Fetch: whose key seals the file

	// Showing is the showing of the question that this prompts for, 0 for everything else. A prompt
	// whose question was answered meanwhile is not sent any more.
	Conversation string
	Showing      int
}

// Custody names whose data something is: the person, and the compartment that seals it.
type Custody struct {
	Person      string
	Compartment string
}

// Message is what a person will read.
type Message struct {
	Text    wording.Text `json:"text"`
	Buttons [][]Button   `json:"buttons,omitempty"` // rows
	Expect  Expect       `json:"expect,omitempty"`
	Hint    string       `json:"hint,omitempty"` // grey words in an empty input field, where a platform has them
	File    *Attachment  `json:"file,omitempty"`
	Protect bool         `json:"protect,omitempty"` // not to be forwarded or saved, where a platform can

	// Form comes back with what is written or ticked in a form, see Said.Form; at most 64 bytes. ""
	// where the message asks nothing.
	Form string `json:"form,omitempty"`

	// On the private page these stand apart from Text: what is said about the last answer, and how
	// far the person is. Elsewhere Text holds them.
	Above  wording.Text `json:"-"`
	Header wording.Text `json:"-"`
}

// Expect is the kind of input hoped for next.
type Expect string

// What a prompt may hope for.
const (
	ExpectNothing Expect = ""
	ExpectPress   Expect = "press"
	ExpectText    Expect = "text"
	ExpectLong    Expect = "long" // some lines of text
	ExpectName    Expect = "name" // the person's own
	ExpectSign    Expect = "sign" // their name, which signs and sends
	ExpectNumber  Expect = "number"
	ExpectEmail   Expect = "email"
	ExpectPhone   Expect = "phone"
	ExpectFile    Expect = "file"
)

// Button is something to press: either Token comes back in a Pressed, or Link is opened.
type Button struct {
	Label string `json:"label"`
	Token string `json:"token,omitempty"` // at most 64 bytes (Telegram's callback_data)
	Link  string `json:"link,omitempty"`
	Box   string `json:"box,omitempty"`   // what Filled names it by, where the button is a box to tick
	On    bool   `json:"on,omitempty"`    // the box is ticked
	Opens bool   `json:"opens,omitempty"` // ticking the box says something that must not wait for Done

	// Action is what the token stands for; it is signed into the token when the turn ends and is
	// not sent anywhere. Stories name it.
	Action string `json:"-"`
}

// Attachment is a file the program hands out.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Body []byte `json:"body"`
}

// Reply is what a press is answered with on the spot. It is not durable: a platform forgets a
// press within seconds, and the state is shown at the next contact anyway.
type Reply struct {
	Toast string   // a few words over the chat; "" for none
	Say   *Message // said at once and not kept: "write to me privately", in a group

	// To somebody of the team at their desk: what the message that was pressed becomes, or what a
	// command is answered with. It is not kept either; the desk is shown again by the command.
	Desk *Message

	// To an event of the private page: what it shows now, oldest first, the question last; whether
	// that was all and the chat goes on; the file it was offered, to be put into custody as
	// Fetch.Keep says and brought back as Fetched; and the language of all that.
	Page     []Message
	Left     bool
	Fetch    *Outgoing
	Language string
}
