package intake

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Stage is where a conversation stands.
type Stage string

// A conversation is open until it is sent; a stopped one is remembered for a day, without content.
const (
	StageOpen    Stage = "open"
	StageSent    Stage = "sent"
	StageStopped Stage = "stopped"
)

// Conversation is one person's interview for one campaign. It is stored whole at the end of each
// turn: the plain fields below as columns, everything in State sealed.
type Conversation struct {
	ID       string
	Campaign string
	Stage    Stage
	Language string
	Country  string // ISO 3166-1 of residence; "" until said
	Screen   string // id of the screen shown; for the statistics of where people leave
	Showing  int    // raised each time another question is shown; buttons are bound to it
	Started  time.Time
	Touched  time.Time // the last thing the person did
	Expires  time.Time // erased then, unless sent; zero for never
	State    State
}

// State is what the rules remember of a conversation.
type State struct {
	Answers  map[Key]Answer // sealed by compartment, see Answer.Compartment
	Members  []int          // numbers of the group's members, in order; never reused
	More     string         // another member? "" not asked yet, "ask" when none is left, "added" from the summary, "no"
	Last     int            // the highest member number ever given
	Focus    *Focus         // a question being changed, or gone back to
	Pack     *PackAt        // the pack being filled in, after submission
	Draft    Draft          // what is being put together for the question shown
	At       string         // where the conversation stands: the id of the screen and its member, or a menu
	Source   string         // where the person came from, by deep link
	Beside   []string       // campaigns in which the person has a file as well
	Reuse    string         // another campaign, from whose file the person may still take over their details
	Test     bool           // begun while nothing counted
	Prompt   Prompt         // what shows the current question in a chat
	Left     Prompt         // what still shows the question of another campaign
	Tries    Tries          // of codes
	Prompted time.Time      // when the current question was first shown
	Pace     []int          // seconds spent on each screen, for the median
	Fetching map[string]Key // files offered whose job has not ended: by job, the question they were sent to
	Files    []StoredFile   // the files in custody, in the order they came
	Doubted  []string       // answers that were questioned once, by question and reason
	Notes    []string       // codes noted on the way, for example of a member who was let go
	Asked    *AskedFor      // what the team wants to know once more, after submission

	NotedAt   map[string][]string // by code, the questions that it was noted at
	Unreached time.Time           // since when the chat takes no messages; zero while it does
}

// Prompt is a question in a chat: the Outgoing that shows it, and the account that it was sent to.
type Prompt struct {
	ID   string
	On   Account
	Link bool // a link to the page stands there in place of a question
}

// Tries counts the wrong codes that somebody has typed.
type Tries struct {
	Since time.Time
	Wrong int
}

// Key names an answer: the question, and the member it is about (0 for the person).
type Key struct {
	Question string
	Item     int
}

// Answer is what was said to a question.
type Answer struct {
	How     How       `json:"how"`
	Values  []string  `json:"values,omitempty"` // canonical, see package answer
	Version int       `json:"version"`          // of the campaign file it was asked in
	At      time.Time `json:"at"`

	// Compartment says whose key seals it: "self", "member-3", "special" or "safety".
	Compartment string `json:"-"`
	// Before is what was said until the team asked again.
	Before []string `json:"before,omitempty"`
	// Text and Language tell what exactly was agreed to, for an agreement.
	TextSHA256 string `json:"text_sha256,omitempty"`
	Language   string `json:"language,omitempty"`
}

// How an answer came about.
type How string

// Given was said, Skipped was passed over, Seen was read.
const (
	Given   How = "given"
	Skipped How = "skipped"
	Seen    How = "seen"

	// Gathering is an answer that goes on: files were stored, and more may come until Done.
	Gathering How = "gathering"
)

// Focus is a question shown out of turn.
type Focus struct {
	Key  Key
	Menu string // a menu in place of a question: "stop", "edit:you", …; "" for the question itself

	Summary bool // opened from the summary, to which Back leads
}

// PackAt is a pack that is open.
type PackAt struct {
	ID   string
	Item int
}

// Draft is what has been said to the question shown but does not answer it yet.
type Draft struct {
	Of      string   // the position it belongs to; a menu in between does not lose it
	Chosen  []string // ticked choices, or "each" where an agreement is decided member by member
	Options []string // readings to choose between
	Year    string   // a year waiting for its extra tap
	Unfit   int      // how often the question was asked again
	Words   string   // what the agreements of its screen say, as hashes; "" where there are none
}

// Submission is a sent interview.
type Submission struct {
	ID        string
	Reference string // TT-7K4Q-9M2F
	Campaign  string
	Status    string // in_review, accepted, held, rejected, merged, withdrawn, frozen
	Outcome   string // the best tier of its members
	At        time.Time
	Language  string
	Country   string
	Counts    bool
	Test      bool   // sent while the campaign was a draft
	Burst     string // random id of the burst it came in with; "" for none, see Gather
	Flags     []Flag
	Members   []MemberOutcome // sealed with the member
	Consents  []Consent
	Review    Review

	eligible bool // its outcome is one that counts
}

// Flag is a reason to look.
type Flag struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity"`
	Acts     string   `json:"acts"`
	Item     int      `json:"item,omitempty"`
	State    string   `json:"state"`             // open, settled
	Answers  []string `json:"answers,omitempty"` // ids of the questions that raised it
	With     []Other  `json:"with,omitempty"`    // of what is the same in other files: where, at most five
}

// MemberOutcome is what became of one member of the group.
type MemberOutcome struct {
	Item    int      `json:"item"`
	Outcome string   `json:"outcome"`
	Reasons []string `json:"reasons"`
}

// Consent is one agreement, given or refused, with the exact text it was about.
type Consent struct {
	Purpose    string     `json:"purpose"` // the question's id
	Item       int        `json:"item,omitempty"`
	Given      bool       `json:"given"`
	Version    int        `json:"version"`
	TextSHA256 string     `json:"text_sha256"`
	Language   string     `json:"language"`
	GivenAt    time.Time  `json:"given_at"`
	Withdrawn  *time.Time `json:"withdrawn_at,omitempty"`
}

// Compartment names the key that seals what is said about a member.
func Compartment(item int) string {
	if item == 0 {
		return Self
	}
	return "member-" + strconv.Itoa(item)
}

// The compartments that every person has.
const (
	Self    = "self"
	Special = "special"
	Safety  = "safety"
)

// String writes a key as "c.dob#2", or "tt.name" for the person.
func (k Key) String() string {
	if k.Item == 0 {
		return k.Question
	}
	return k.Question + "#" + strconv.Itoa(k.Item)
}

// MarshalText and UnmarshalText let answers be stored as a JSON object.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText returns an error when the member is no number.
func (k *Key) UnmarshalText(text []byte) error {
	question, item, numbered := strings.Cut(string(text), "#")
	*k = Key{Question: question}
	if !numbered {
		return nil
	}
	n, err := strconv.Atoi(item)
	if err != nil {
		return fmt.Errorf("read answer key: member: %w", err)
	}
	k.Item = n
	return nil
}
