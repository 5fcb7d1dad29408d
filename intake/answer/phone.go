package answer

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// readPhone reads a number as dialled in the country of residence, or from abroad with + or 00,
// to E.164.
func readPhone(line string, s Situation) (Reading, *Unfit) {
	line = asciiDigits(line)
	if strings.HasPrefix(line, "00") && s.Country == "" {
		line = "+" + line[2:]
	}
	if s.Country == "" && !strings.ContainsAny(line, "+＋") {
		return Reading{}, refuse(ReasonPhoneNeedsCountry)
	}
	number, err := phonenumbers.Parse(line, strings.ToUpper(s.Country))
	if err != nil || !phonenumbers.IsValidNumber(number) || number.GetExtension() != "" {
		return Reading{}, refuse(ReasonPhoneInvalid)
	}
	return said(phonenumbers.Format(number, phonenumbers.E164)), nil
}
