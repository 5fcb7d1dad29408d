package intake

import (
	"context"
	"errors"
	"time"
)

// ErrNoFile means that nothing is on file for an account.
var ErrNoFile = errors.New("nothing on file for this account")

// ErrTaken means that an account is a team member's already.
var ErrTaken = errors.New("the account belongs to somebody of the team")

// ErrBeside means that an account has a file already, of a campaign that another one brings along.
var ErrBeside = errors.New("the account has a file of the same campaign set aside")

// ErrAway means that the store was not reached, or has no room: whatever was to be done may be done later.
var ErrAway = errors.New("the store is away")

// Store is the shared store as the desk needs it. Package storage implements it on PostgreSQL and SQLite.
type Store interface {
	// InTx runs fn in one transaction: all of it is committed, or none. A serialization failure or
	// a deadlock runs fn again, so fn must have no effects but through tx. ErrAway where the database
	// was not reached.
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
	// purpose such as "e-mail" or "handle", found by keyed hash: all look-ups in one statement, and of each the first
	// ten that hold it. What was withdrawn is not among them, nor tests among what counts.
	Matches(f *File, of ...Lookup) ([]Match, error)

	// Crowds returns, of the submissions to a campaign since an instant, those that hold the same value,
	// for every value that at least so many hold: one list a value, each in the order in which they were sent.
	Crowds(campaign string, since time.Time, least int) ([][]Arrival, error)

	// FileOf locks and returns the file of a submission; ErrNoFile when there is none.
	FileOf(submission string) (*File, error)

	// Burst returns all submissions that came in with a burst, and reads the files of the first most of
	// them, without their accounts, both in the order in which they were sent. Nothing is locked.
	Burst(id string, most int) ([]Arrival, []File, error)

	TeamTx
}

// TeamTx is what a turn of the team needs besides.
type TeamTx interface {
	// Member locks and returns who of the team an account is; ErrNoFile for everybody else.
	Member(a Account) (*Member, error)

	// MemberByID is the same by the member's id.
	MemberByID(id string) (*Member, error)

	// Team returns everybody, unlocked, in the order in which they joined.
	Team() ([]*Member, error)

	// Enrol takes a new member into the team, at an account. It sets Member.ID.
	Enrol(m *Member) error

	// Seat gives a member one more account; an account that is somebody's already stays theirs, and ErrTaken comes back.
	Seat(m *Member, a Account) error

	// Dismiss takes a member out of the team, with everything about them; what they held waits again.
	Dismiss(m *Member) error

	// SaveMember writes roles and sitting back, and what is said to the member in private; audit
	// entries go to the team's chain.
	SaveMember(m *Member, t Turn) error

	// Invite puts an invitation on file under its code, and TakeUp spends one that is good; ErrNoFile for any other.
	Invite(code string, i Invitation) error
	TakeUp(code string) (*Invitation, error)

	// SetRoom makes a group or channel the team's room on its platform.
	SetRoom(r Room) error

	// NextCase is the first case in a member's queue at a moment, of those that came up at nobody
	// else's desk within ReadFor where there are such; ErrNoFile when nothing waits. place and of say where it stands in the queue, of at most QueueCounted.
	NextCase(q Queue) (id string, place, of int, err error)

	// CameUp notes that a case came up at a member's desk.
	CameUp(c *Case, member string, at time.Time) error

	// Case locks and returns a case with the file that it is about; ErrNoFile when there is none.
	Case(id string) (*Case, *File, error)

	// CaseFor is the same for a member; ErrNoFile as well where Queue.Only is no case for them.
	CaseFor(q Queue) (*Case, *File, error)

	// CaseOf finds the case of a kind by its submission's reference, the open one before a settled
	// one; ErrNoFile when there is none.
	CaseOf(reference string, kinds ...CaseKind) (id string, err error)

	// SaveCase writes a case back.
	SaveCase(c *Case) error

	// Recuse keeps a case from a member's queue for good.
	Recuse(c *Case, member string) error

	// OwnFamilies lists the submissions of a member as a parent, in any campaign.
	OwnFamilies(member string) ([]string, error)

	// Cases lists cases, the first in the queue first, at most n.
	Cases(q Queue, n int) ([]Case, error)

	// Submission returns the file of a submission to be looked at, unlocked; ErrNoFile when it is gone.
	Submission(id string) (*File, error)

	LookTx
}

// Queue says which cases somebody sees.
type Queue struct {
	Member string // whose: theirs to decide, not held by others, not recused, not proposed by themselves
	Kinds  []CaseKind
	Now    time.Time
	Mine   bool     // only those that the member holds
	Only   string   // this case alone, in any state and whoever holds it
	Skip   []string // ids passed over in this round
}

// ReadFor is how long somebody is thought to read a case that came up at their desk.
const ReadFor = 3 * time.Minute

// QueueCounted is how far a queue is counted.
const QueueCounted = 1000

// File is one person's dossier as one turn sees it.
type File struct {
	Person       string
	Account      Account
	Conversation Conversation
	Submission   *Submission // nil until sent
	Team         bool        // the account is a team member's too; set by Find
	Aside        bool        // the account talks about another campaign at the moment; set by Case
}

// Turn is what one turn wants written besides the conversation itself.
type Turn struct {
	At        time.Time
	Outgoing  []Outgoing // Seq is set by Save, in this order
	Audit     []Entry
	Lookups   []Lookup // replaces those of the submission when it is not nil
	Destroy   []string // compartments whose keys are destroyed, for example "member-2"
	Open      string   // a link to the private page that leads to this conversation from now on, in place of any other; "" for none
	Code      string   // a code that leads to this conversation for CodeLife, in place of any other; "" for none
	Invite    string   // likewise, an invitation for another guardian, for InviteLife
	Parting   *Message // with Forget: what is said at the person's other accounts; nil for nothing
	Others    bool     // with Forget: what the account has in other campaigns is erased too
	Cases     []Case   // opened by this turn
	Rulings   []Ruling // what the turn means for cases that were open
	Unsay     []string // ids of Outgoing that nobody shall read any more, unless they are out
	corrected string   // the question that was answered anew after submission
	Shut      bool     // no link and no open page leads to this conversation any more
	Forget    bool     // the person, every account, conversation, submission and key; what is in Outgoing is said with a short-lived key
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
	Purpose string   // "e-mail", "phone", "handle", "member", …
	Value   string   // normalised
	Item    int      // the member it belongs to; 0 for the person
	Answers []string // ids of the questions whose answers it is made of; not stored
}

// Entry is one audit record: what was done, to which ids, when. References and hashes only, never words.
type Entry struct {
	Kind string            // "consent", "submission", "correction", "withdrawal", "erasure", …
	Refs map[string]string // for example {"purpose": "mandate", "version": "3", "text_sha256": "…"}
}
