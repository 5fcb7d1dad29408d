package answer

import "slices"

// The reasons why an answer is not taken. A language file words each of them under
// "unfit.<reason>"; the braces name the arguments that the sentence may use.
const (
	ReasonButton     = "button"     // a choice or an agreement was typed
	ReasonFile       = "file"       // words where a file was asked
	ReasonCharacters = "characters" // control, direction-changing or broken characters
	ReasonTooLong    = "too-long"   // more than any answer can be
	ReasonDontKnow   = "dont-know"  // "don't know" where there is a button for it, or an answer is needed
	ReasonIDNumber   = "id-number"  // a citizen, passport, bank or card number, which is never stored
	ReasonYesNo      = "yes-no"     // neither yes nor no
	ReasonMaybe      = "maybe"      // neither yes, no nor don't know

	ReasonTextEmpty   = "text-empty"   // nothing to read
	ReasonTextShort   = "text-short"   // {min} characters at least
	ReasonTextLong    = "text-long"    // {max} characters at most
	ReasonTextPattern = "text-pattern" // not in the form that the country uses: {country}, may be empty

	ReasonNameEmpty  = "name-empty"  // no letter in it
	ReasonNameDigits = "name-digits" // has a digit
	ReasonNameLink   = "name-link"   // has a web or e-mail address
	ReasonNameSymbol = "name-symbol" // has an emoji or another sign
	ReasonNameLong   = "name-long"   // {max} characters at most

	ReasonNumberUnreadable = "number-unreadable" // no number, or more than one
	ReasonNumberWhole      = "number-whole"      // has decimals
	ReasonNumberSmall      = "number-small"      // {min} at least
	ReasonNumberLarge      = "number-large"      // {max} at most

	ReasonMoneyUnreadable = "money-unreadable" // no amount, or more than one
	ReasonMoneyCurrency   = "money-currency"   // an amount without currency, and the country does not tell
	ReasonMoneySmall      = "money-small"      // {min} at least, with its currency
	ReasonMoneyLarge      = "money-large"      // {max} at most, with its currency

	ReasonDateUnreadable  = "date-unreadable"  // no date
	ReasonDateNeedsDay    = "date-needs-day"   // only a month, a season or a year, or "about"
	ReasonDateNeedsYear   = "date-needs-year"  // no year
	ReasonDateNoDay       = "date-no-day"      // {month} with its year, has only {days} days
	ReasonDateNoMonth     = "date-no-month"    // the 13th month
	ReasonDateFuture      = "date-future"      // after {today}
	ReasonDateEarly       = "date-early"       // before {earliest}
	ReasonMonthUnreadable = "month-unreadable" // no month, season or year

	ReasonCountryUnknown = "country-unknown" // no country, or none of ISO 3166-1

	ReasonEmailNoAt       = "email-no-at"      // no @, or more than one
	ReasonEmailSpace      = "email-space"      // a space inside
	ReasonEmailDomain     = "email-domain"     // what follows the @ is no domain
	ReasonEmailUnreadable = "email-unreadable" // anything else

	ReasonPhoneInvalid      = "phone-invalid"       // no number that can exist
	ReasonPhoneNeedsCountry = "phone-needs-country" // without +, and no country is known

	ReasonHandleForm      = "handle-form"       // a character that user names do not have, or too short or long
	ReasonHandleMany      = "handle-many"       // {max} at most
	ReasonHandleLink      = "handle-link"       // a link that is not a profile
	ReasonHandleShortLink = "handle-short-link" // a shortened link, which does not tell the name
)

// Reasons lists every reason with the arguments it comes with, in the order of this file.
func Reasons() []ReasonArgs { return slices.Clone(reasons) }

// ReasonArgs is a reason and the names of its arguments.
type ReasonArgs struct {
	Reason string
	Args   []string
}

var reasons = []ReasonArgs{
	{ReasonButton, nil}, {ReasonFile, nil}, {ReasonCharacters, nil}, {ReasonTooLong, nil}, {ReasonDontKnow, nil},
	{ReasonIDNumber, nil}, {ReasonYesNo, nil}, {ReasonMaybe, nil},
	{ReasonTextEmpty, nil}, {ReasonTextShort, []string{"min"}}, {ReasonTextLong, []string{"max"}}, {ReasonTextPattern, []string{"country"}},
	{ReasonNameEmpty, nil}, {ReasonNameDigits, nil}, {ReasonNameLink, nil}, {ReasonNameSymbol, nil}, {ReasonNameLong, []string{"max"}},
	{ReasonNumberUnreadable, nil}, {ReasonNumberWhole, nil}, {ReasonNumberSmall, []string{"min"}}, {ReasonNumberLarge, []string{"max"}},
	{ReasonMoneyUnreadable, nil}, {ReasonMoneyCurrency, nil}, {ReasonMoneySmall, []string{"min"}}, {ReasonMoneyLarge, []string{"max"}},
	{ReasonDateUnreadable, nil}, {ReasonDateNeedsDay, nil}, {ReasonDateNeedsYear, nil}, {ReasonDateNoDay, []string{"month", "days"}},
	{ReasonDateNoMonth, nil}, {ReasonDateFuture, []string{"today"}}, {ReasonDateEarly, []string{"earliest"}}, {ReasonMonthUnreadable, nil},
	{ReasonCountryUnknown, nil},
	{ReasonEmailNoAt, nil}, {ReasonEmailSpace, nil}, {ReasonEmailDomain, nil}, {ReasonEmailUnreadable, nil},
	{ReasonPhoneInvalid, nil}, {ReasonPhoneNeedsCountry, nil},
	{ReasonHandleForm, nil}, {ReasonHandleMany, []string{"max"}}, {ReasonHandleLink, nil}, {ReasonHandleShortLink, nil},
}

// refuse makes a reason of pairs: the name of an argument, and its value.
func refuse(reason string, pairs ...string) *Unfit {
	u := &Unfit{Reason: reason}
	for pair := range slices.Chunk(pairs, 2) {
		if u.Args == nil {
			u.Args = make(map[string]string)
		}
		u.Args[pair[0]] = pair[1]
	}
	return u
}
