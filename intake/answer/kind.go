// Package answer turns what people type into values, and values back into words.
//
// A parent types "3 maart 2012", "06 12345678" or "Nederland"; the register holds 2012-03-03,
// +31612345678 and NL. Every kind of question has one function here that reads and one that shows.
// An unfit answer is not an error: it is a reason, named by a key that a language file words.
// Nothing here knows a campaign, a platform, a clock or a store.
package answer

import "slices"

// Kind is the kind of answer that a question hopes for. Code knows kinds, never a question.
type Kind string

// The kinds of question that a campaign file may use.
const (
	Notice    Kind = "notice"    // something to read; the answer is that it was seen
	Agree     Kind = "agree"     // a consent or a mandate: a recorded decision about an exact text
	Choice    Kind = "choice"    // one of several
	Several   Kind = "several"   // any number of several, then Done
	YesNo     Kind = "yes-no"    // yes or no
	Maybe     Kind = "maybe"     // yes, no, or don't know
	Text      Kind = "text"      // one line
	LongText  Kind = "long-text" // some lines
	Name      Kind = "name"      // a person's name, in any script
	Number    Kind = "number"    // a whole number
	Money     Kind = "money"     // an amount and its currency
	Date      Kind = "date"      // a day
	Month     Kind = "month"     // a month, a season or a year
	Year      Kind = "year"      // a year by button, narrowed where a boundary falls inside it
	Country   Kind = "country"   // ISO 3166-1
	Email     Kind = "e-mail"    // an address
	Phone     Kind = "phone"     // E.164
	Handle    Kind = "handle"    // user names on a platform
	File      Kind = "file"      // evidence
	Signature Kind = "signature" // the typed name that signs
	Group     Kind = "group"     // "another one?" of a repeat group
)

// kinds lists every kind, in the order of this file.
var kinds = []Kind{Notice, Agree, Choice, Several, YesNo, Maybe, Text, LongText, Name, Number, Money,
	Date, Month, Year, Country, Email, Phone, Handle, File, Signature, Group}

// Known reports whether k is a kind that this program can ask.
func (k Kind) Known() bool { return slices.Contains(kinds, k) }

// Typed reports whether the answer is typed by the person, rather than tapped or sent as a file.
func (k Kind) Typed() bool {
	return slices.Contains([]Kind{Text, LongText, Name, Number, Money, Date, Month, Email, Phone, Handle, Signature}, k)
}

// Canonical answers that several kinds share.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown" // "I don't know", said by the person
	Still   = "still"   // "until now", for a last date
)

// Limits narrows what a question accepts. Zero values mean: the kind's own limits.
type Limits struct {
	Min, Max int               // characters for texts and names, the value for numbers, items for handles and files
	Pattern  map[string]string // regular expression by country code ("" for every other country), for texts
	Earliest string            // EDTF; a date before it is refused
	Future   bool              // a date after today is allowed
	Still    bool              // "until now" may be the answer to a date
}

// Situation is what reading an answer depends on besides the words themselves.
type Situation struct {
	Language string // BCP 47, as the person chose it
	Country  string // ISO 3166-1 of residence; "" when not known yet
	Today    string // 2026-11-23, in the campaign's time zone
}

// Unfit is the reason why an answer cannot be taken, worded by the language file under "unfit.<Reason>".
type Unfit struct {
	Reason string            // for example "date-future"
	Args   map[string]string // what the sentence needs, never the person's own words
}

// Reading is what was understood. Either Values is what the person said, in canonical form
// (one element for all kinds but Several, Handle and File), or Options holds two or more
// canonical values between which the person must choose, because language and country leave doubt
// or a near-miss of a common e-mail domain was typed.
type Reading struct {
	Values  []string
	Options []string
	Echo    bool // worth saying back in words before going on, as for a date
}
