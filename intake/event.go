package intake

import (
	"log/slog"
	"strings"
	"time"
)

// Account is where a person is reached: the platform's name, a colon and the platform's own id,
// for example "telegram:3527065". It is personal data and never appears in a log.
type Account string

// Platform is the part before the colon.
func (a Account) Platform() string {
	platform, _, _ := strings.Cut(string(a), ":")
	return platform
}

// ID is the part after the colon, which only the platform's adapter understands.
func (a Account) ID() string {
	_, id, _ := strings.Cut(string(a), ":")
	return id
}

// LogValue shows the platform and hides the person.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.Platform() + ":…") }

// MessageID is a platform's own id of a message within a chat; opaque to everybody but its adapter.
type MessageID string

// Event is one thing a person did, as a platform reported it.
type Event struct {
	Account Account
	// Identity is what makes this the same event when it arrives again, weeks later or in another
	// order: chat, message id, edit time and content, or the id of a press. Never Telegram's
	// update_id, which restarts at a random number after a quiet week.
	Identity string
	At       time.Time // when the platform says it was done
	Locale   string    // the client's language, BCP 47; "" when unknown
	Group    bool      // not a private chat: the person is only told to write privately
	Room     Account   // the group or channel, where Group is set
	Page     bool      // done on the private page: what is said in answer is said there, see Reply.Page
	Did      Did
}

// Did is what the person did: one of the types below.
type Did interface{ did() }

// Said is a message of words; a command such as "/help" is words too.
type Said struct {
	Text      string
	Message   MessageID
	Edited    bool // an earlier message was changed into this
	Forwarded bool // somebody else's words
	Damaged   bool // the bytes held what cannot be stored exactly: NUL or a lone surrogate

	// Form is the Message.Form of the question that the words were written under, where they come
	// out of a form: they answer that question or none. "" in a chat, where the latest is meant.
	Form string
}

// Filled is a form of boxes that was handed in with one of its buttons: these are ticked and no
// others, and then the button was pressed.
type Filled struct {
	Form   string   // the Message.Form of the question
	Chosen []string // Button.Box of each
	Button string   // as Pressed.Button
}

// Looked says that the person has opened the private page, or opened it again.
type Looked struct{}

// Pressed is a press on a button.
type Pressed struct {
	Button  string    // what the button carried; any bytes may arrive here
	Message MessageID // the message it hung under
}

// Sent is a file offered, not fetched yet.
type Sent struct {
	Handle     string // what the adapter needs to fetch it
	Name       string // as the person's device called it
	Type       string // media type as the platform claims it; "" when it claims none
	Bytes      int64  // 0 when unknown
	Compressed bool   // the platform shrank it; sending "as a file" would not have
	Album      string // the same for all files sent in one go; "" when alone
	Caption    string
	Message    MessageID
	Form       string // as Said.Form
}

// Fetched is a file whose job has ended, well or not. It is an event of its own.
type Fetched struct {
	Job          string // the Outgoing that asked for it
	Conversation string // whose; "" for the current one
	Stored       StoredFile
	Unfit        string // reason key, for example "file-too-big"; "" when it was stored
}

// Gave is something the conversation has no use for: "voice", "sticker", "location", "poll", "contact", "video-note", "other".
type Gave struct {
	What    string
	Message MessageID
}

// Unread is something that was sent or pressed and could not be taken: of it no more is known than
// whose it is. It answers nothing; the person is told why and asked again.
type Unread struct{ Why string }

// Why something could not be taken.
const (
	TooLong    = "too-long"   // longer than anything a person sends
	Unreadable = "unreadable" // not what the platform describes; it is parked
	Failed     = "failed"     // the program failed on it again and again; it is parked
)

// ParkedDays is how long what could not be taken is kept, sealed, for whoever mends the program.
const ParkedDays = 14

// Returned says that the platform may have lost what this person did while the program was away.
type Returned struct{}

// Blocked says that the person stopped the bot, or let it back in.
type Blocked struct{ Back bool }

func (Said) did()     {}
func (Filled) did()   {}
func (Looked) did()   {}
func (Pressed) did()  {}
func (Sent) did()     {}
func (Fetched) did()  {}
func (Gave) did()     {}
func (Unread) did()   {}
func (Returned) did() {}
func (Blocked) did()  {}

// StoredFile is a file in custody: its bytes are sealed and synced before this exists.
type StoredFile struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"` // of the bytes as sent
	Bytes  int64  `json:"bytes"`
	Type   string `json:"type"` // by content, not by claim
	Name   string `json:"name,omitempty"`
}
