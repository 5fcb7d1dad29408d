// Package campaign reads and checks the folder of files that makes one collective claim.
//
// A campaign is data: campaign.yaml holds its questions, screens, rules and retention, one text
// file per language holds every word that is read. Loading checks all of it (ids, branches,
// expressions, texts in every language, labels that fit a small phone) and names file, line and
// reason. Code knows kinds of question, never a question: another claim is another folder.
package campaign

import (
	"claimline/intake/answer"
	"claimline/intake/wording"
)

// Status is where a campaign stands.
type Status string

// A draft opens every conversation with a warning and counts nothing; paused takes nothing new, rights still work.
const (
	Draft  Status = "draft"
	Open   Status = "open"
	Paused Status = "paused"
	Closed Status = "closed"
)

// Campaign is one collective claim as its files describe it.
type Campaign struct {
	ID        string            `yaml:"id"`      // for example "tiktok"; lower case, digits and underscores
	Code      string            `yaml:"code"`    // two capitals that open every reference, for example "TT"
	Version   int               `yaml:"version"` // raised when a question or an agreement changes
	Languages []string          `yaml:"languages"`
	TimeZone  string            `yaml:"time_zone"` // IANA name; decides what "today" is
	Values    map[string]Value  `yaml:"values"`    // what fills the placeholders of the texts
	Countries Countries         `yaml:"countries"`
	Voice     Expression        `yaml:"voice"` // names the variant of a text to prefer, for example "self": texts ask_self before ask
	Policy    map[string]Policy `yaml:"policy"`
	Retention Retention         `yaml:"retention"`
	Threshold int               `yaml:"threshold"` // claimants that make the claim viable
	Raid      Raid              `yaml:"raid"`
	Progress  bool              `yaml:"progress"` // people who sent something in are told how many of the threshold are verified
	Group     *Group            `yaml:"group"`
	Questions []*Question       `yaml:"questions"`
	Screens   []Screen          `yaml:"screens"`
	Packs     []Pack            `yaml:"packs"` // offered after submission
	Facts     []Fact            `yaml:"facts"`
	Outcomes  []Outcome         `yaml:"outcomes"`
	Flags     []FlagRule        `yaml:"flags"`
	Review    Review            `yaml:"review"`
	Paths     []Path            `yaml:"paths"`

	texts    map[string]*wording.Catalog // by language
	files    map[string][]byte           // documents handed out, by file name
	question map[string]*Question
	programs map[Expression]*program // every expression, ready to run
	voices   []string                // what the voice can be
}

// Value fills a placeholder: one text for all languages, or one a language. An empty value is a
// placeholder that nobody has filled yet; a campaign with one cannot be approved.
type Value map[string]string // by language; "" for all

// Countries says how residence routes a claim.
type Countries struct {
	In    []string `yaml:"in"`     // part of the claim by law
	OptIn []string `yaml:"opt_in"` // asked to opt in at the court stage
	Near  []string `yaml:"near"`   // offered as buttons, likeliest first
}

// Sensitivity says how delicate an answer is; the policy of a platform decides where it may be asked.
type Sensitivity string

// From a country to a crime against a child. Child is split because an operator's lawyer may relax the first alone.
const (
	Ordinary      Sensitivity = "ordinary"
	Personal      Sensitivity = "personal"
	ChildFact     Sensitivity = "child-fact"
	ChildIdentity Sensitivity = "child-identity"
	Special       Sensitivity = "special" // Art. 9 GDPR
	Safety        Sensitivity = "safety"
)

// Policy says where a platform may carry an answer of each sensitivity: "chat", "page" or "never".
type Policy map[Sensitivity]string

// Retention holds the campaign's time limits.
type Retention struct {
	UnsentDays   int `yaml:"unsent_days"`   // an unsubmitted conversation is erased after
	StoppedHours int `yaml:"stopped_hours"` // "this chat stopped" is remembered for
}

// Raid says when submissions that share something are one burst, and no longer chance: this many
// within this time. Where it is left out, 20 within 15 minutes.
type Raid struct {
	Many    int `yaml:"many"`
	Minutes int `yaml:"minutes"`
}

// Expression is a condition or a value over answers, in the language of expr-lang.org. Empty means always.
//
// It reads a question by its id (tt.role), a fact by its own (f.under_13), today, and in its list
// the group: any(children, .c.account == "own") looks at each member's questions, facts and
// outcome. Where it stands for one member, that member's questions and facts are read by their id
// as well. An answer is a text ("" where there is none); of several, handle and file a list; of
// number and money a number (0 where there is none); of date, month and year a date, which
// Functions compare. There is no clock, no randomness and no way to look anything up.
type Expression string

// Group is the repeat group: for the shipped campaigns, the children.
type Group struct {
	ID    string     `yaml:"id"`    // the name of the list in expressions, for example "children"
	Name  string     `yaml:"name"`  // the question that names a member
	When  Expression `yaml:"when"`  // whether this path has members at all
	Min   int        `yaml:"min"`   // members made without asking
	Max   int        `yaml:"max"`   // members at most
	One   Expression `yaml:"one"`   // where it holds there is exactly one member and "another?" is not asked
	Leave []Leave    `yaml:"leave"` // when a member is let go
}

// Leave lets a member of the group go, at once and with everything said about it: a child who is
// an adult now decides alone.
type Leave struct {
	When Expression `yaml:"when"`
	Say  string     `yaml:"say"`  // key under "notes": what is said then
	Flag string     `yaml:"flag"` // noted on the submission, without the child
	Exit bool       `yaml:"exit"` // the whole conversation ends, as for somebody under 18
}

// Question is one thing that is asked.
type Question struct {
	ID          string            `yaml:"id"` // stable for ever, for example "c.dob"
	Kind        answer.Kind       `yaml:"kind"`
	Sensitivity Sensitivity       `yaml:"sensitivity"` // ordinary when left out
	Member      bool              `yaml:"member"`      // asked for each member of the group
	Optional    bool              `yaml:"optional"`    // may be skipped; texts then hold a "skip" label
	When        Expression        `yaml:"when"`
	Choices     []ChoiceOf        `yaml:"choices"`
	Default     Expression        `yaml:"default"` // the answer unless somebody says otherwise
	Offer       Expression        `yaml:"offer"`   // an answer offered as a button, for example the country given before
	Min         int               `yaml:"min"`
	Max         int               `yaml:"max"`
	Pattern     map[string]string `yaml:"pattern"`
	Earliest    string            `yaml:"earliest"` // EDTF
	Future      bool              `yaml:"future"`
	Still       bool              `yaml:"still"` // "until now" may be the answer
	Narrow      *Narrow           `yaml:"narrow"`
	Refuse      []Objection       `yaml:"refuse"`  // reasons why the answer cannot be right
	Doubt       []Objection       `yaml:"doubt"`   // reasons to ask once more; the same answer given twice stands
	Lawyers     bool              `yaml:"lawyers"` // the agreement that lets lawyers receive the file
	Pays        bool              `yaml:"pays"`    // the agreement costs money and its button must say so (CJEU C-400/22)
	Document    string            `yaml:"document"`
	Lookup      string            `yaml:"lookup"`  // purpose under which a keyed hash finds the same value in other files
	Same        string            `yaml:"same"`    // what the answer is in any campaign, for example "name": it may be taken over from one to another
	Summary     string            `yaml:"summary"` // section of the summary that shows it; "" for none
}

// ChoiceOf is one choice of a question, and what follows from it besides the answer.
type ChoiceOf struct {
	ID     string                `yaml:"id"`
	When   Expression            `yaml:"when"`
	Opens  string                `yaml:"opens"`  // key under "notes": said at once when chosen
	Stays  bool                  `yaml:"stays"`  // the note is all: the question stays open ("ask first")
	Erases bool                  `yaml:"erases"` // what was told about the member is erased at once
	Sets   map[string]Expression `yaml:"sets"`   // answers given along with it, once no member is left when it also erases
	Exit   bool                  `yaml:"exit"`   // the conversation ends and everything is erased: a person under 18
	Means  string                `yaml:"means"`  // "yes", "no", for agreements: given or refused
}

// Narrow asks a year's one extra tap, where a boundary falls inside the year chosen.
type Narrow struct {
	Birth     string   `yaml:"birth"` // the question with the birth date
	Birthdays []int    `yaml:"birthdays"`
	Days      []string `yaml:"days"` // 2018-05-25
}

// Objection is a condition under which an answer is not taken, and the note that says why.
type Objection struct {
	When Expression `yaml:"when"`
	Say  string     `yaml:"say"` // key under "notes"
}

// Screen is what is shown at once: one question, followed by toggles where there are more.
type Screen struct {
	Part    int      `yaml:"part"`
	Ask     []string `yaml:"ask"`     // question ids; the screen's own id is the first
	Toggles bool     `yaml:"toggles"` // yes-no questions shown together as boxes, then Done
	Summary bool     `yaml:"summary"` // the summary is shown above its question
}

// ID names the screen by its first question.
func (s Screen) ID() string { return s.Ask[0] }

// Pack is a set of screens for a member, offered after submission.
type Pack struct {
	ID      string     `yaml:"id"`
	When    Expression `yaml:"when"`
	Screens []Screen   `yaml:"screens"`
}

// Fact is a derived value that expressions may use and exports carry, for example whether a child was under 13.
type Fact struct {
	ID          string      `yaml:"id"`
	Member      bool        `yaml:"member"`
	Is          Expression  `yaml:"is"`
	Sensitivity Sensitivity `yaml:"sensitivity"` // when left out, that of the most delicate answer it is derived from
}

// Tier is an outcome: whether a submission, or a child of it, counts.
type Tier string

// Outcome gives a member, or a submission without members, the tier of the first rule that holds.
type Outcome struct {
	Tier   Tier       `yaml:"tier"` // "claimant", "claimant_optin", "former_minor", "supporter"
	When   Expression `yaml:"when"`
	Reason string     `yaml:"reason"` // a flag code
	Counts bool       `yaml:"counts"`
}

// FlagRule raises a flag.
type FlagRule struct {
	Code     string     `yaml:"code"`
	Severity string     `yaml:"severity"` // info, low, medium, high, critical
	Acts     string     `yaml:"acts"`     // nobody, parent, moderator, lawyer, safeguarding
	Member   bool       `yaml:"member"`
	When     Expression `yaml:"when"`
	Answers  []string   `yaml:"answers"` // questions that raised it, where the expression does not name them
}

// Review is how the team works on what is doubtful.
type Review struct {
	Reasons     []string `yaml:"reasons"`      // why a submission may be rejected; texts "review.reasons.ID.short" and ".tell"
	Show        []string `yaml:"show"`         // questions with choices whose answers a moderator's card may show
	SecondHours int      `yaml:"second_hours"` // how long a decision waits for a second pair of eyes
	HoldDays    int      `yaml:"hold_days"`    // after which a case comes up again that was put on hold, or whose family was asked and is silent
}

// Path is a walk through the campaign that its author promises not to let grow.
type Path struct {
	ID         string              `yaml:"id"`
	Answers    map[string][]string `yaml:"answers"` // what this walker says; the rest is the first choice or a plain sample
	Members    int                 `yaml:"members"`
	MaxScreens int                 `yaml:"max_screens"`
	MaxTyped   int                 `yaml:"max_typed"`
}
