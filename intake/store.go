package intake

import (
	"context"
	"errors"
	"time"
)

// ErrNoFile means that nothing is on file for an account.
var ErrNoFile = errors.New("nothing on file for this account")

// ErrBeside means that an account has a file already, of a campaign that another one brings along.
var ErrBeside = errors.New("the account has a file of the same campaign set aside")

// Store is the shared store as the desk needs it. Package storage implements it on PostgreSQL and SQLite.
type Store interface {
	// InTx runs fn in one transaction: all of it is committed, or none. A serialization failure or
	// a deadlock runs fn again, so fn must have no effects but through tx.
	InTx(ctx context.Context, fn func(tx Tx) error) error
}

// Tx is one turn's transaction.
type Tx interface {
	// Once notes an event's identity (as a keyed hash) and reports whether it is new.
	Once(identity string, at time.Time) (bool, error)

	// Find locks and returns what is on file for the account: its person and current conversation,
	// with the submission where it was sent. Where the current one was erased, one that was set aside
	// takes its place. ErrNoFile when there is nothing.
	Find(a Account) (*File, error)

	// Begin puts a first contact with a campaign on file: a person with keys of their own, the
	// account and the conversation, which is the account's current one from then on. It sets
	// File.Person and Conversation.ID. Nothing is shared with a file of another campaign, so that
	// erasing one leaves the other.
	Begin(f *File) error

	// Save writes the file back with everything the turn brought, in as few statements as it can.
	Save(f *File, t Turn) error

	// TurnTo sets a file aside and makes the account's file of another campaign the current one.
	// ErrNoFile when there is none: then Begin may follow.
	TurnTo(from *File, campaign string) (*File, error)

	// Aside locks and returns a file of the account that is set aside; ErrNoFile when there is none.
	Aside(a Account, campaign string) (*File, error)

	// Asides locks and returns all of them.
	Asides(a Account) ([]*File, error)

	// Redeem locks a code, or an invitation, and the file that it leads to, and returns that;
	// ErrNoFile for one that is unknown, spent or too old.
	Redeem(what Pass, code string) (*File, error)

	// Spend lets nobody use a code again.
	Spend(what Pass, code string) error

	// Adopt gives the account of another file to the person and conversation of to, with what the
	// person has in other campaigns, and erases the other's person with everything about them. It
	// sets to.Account. ErrBeside, and nothing is changed, where the account has a file of one of these
	// campaigns set aside.
	Adopt(to, other *File, at time.Time) error

	// Matches returns the submissions of other people to the same campaign that hold the same value under a look-up
	// purpose such as "e-mail" or "handle", found by keyed hash: all look-ups in one statement.
	Matches(f *File, of ...Lookup) ([]Match, error)
}

// File is one person's dossier as one turn sees it.
type File struct {
	Person       string
	Account      Account
	Conversation Conversation
	Submission   *Submission // nil until sent
}

// Turn is what one turn wants written besides the conversation itself.
type Turn struct {
	At       time.Time
	Outgoing []Outgoing // Seq is set by Save, in this order
	Audit    []Entry
	Lookups  []Lookup // replaces those of the submission when it is not nil
	Destroy  []string // compartments whose keys are destroyed, for example "member-2"
	Open     string   // a link to the private page that leads to this conversation from now on, in place of any other; "" for none
	Code     string   // a code that leads to this conversation for CodeLife, in place of any other; "" for none
	Invite   string   // likewise, an invitation for another guardian, for InviteLife
	Parting  *Message // with Forget: what is said at the person's other accounts; nil for nothing
	Others   bool     // with Forget: what the account has in other campaigns is erased too
	Shut     bool     // no link and no open page leads to this conversation any more
	Forget   bool     // the person, every account, conversation, submission and key; what is in Outgoing is said with a short-lived key
}

// Pass is what a code is good for.
type Pass string

// A code joins another account to the person; an invitation lets another guardian speak.
const (
	PassCode   Pass = "code"
	PassInvite Pass = "invite"
)

// Lookup is a value that may be found again in another file, never by its words.
type Lookup struct {
	Purpose string // "e-mail", "phone", "handle", "member"
	Value   string // normalised
	Item    int    // the member it belongs to; 0 for the person
}

// Match is a submission found by a look-up.
type Match struct {
	Of         Lookup // what was looked for
	Submission string
	Item       int
}

// Entry is one audit record: what was done, to which ids, when. References and hashes only, never words.
type Entry struct {
	Kind string            // "consent", "submission", "correction", "withdrawal", "erasure", …
	Refs map[string]string // for example {"purpose": "mandate", "version": "3", "text_sha256": "…"}
}
