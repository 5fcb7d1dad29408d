package answer

import "strings"

// ibanLengths is from the registry of ISO 13616: how long the numbers of each country are.
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 " +
	"FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 " +
	"LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 " +
	"SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"

// ibanIn reports whether an IBAN begins anywhere in a text, its groups written together or apart.
func ibanIn(text string) bool {
	text = strings.ToUpper(text)
	for i := range len(text) {
		if number := ibanAt(text[i:]); number != "" && mod97(number[4:]+number[:4]) == 1 {
			return true
		}
	}
	return false
}

// ibanAt returns the letters and digits of what has the form and the length of an IBAN; "" for
// anything else.
func ibanAt(text string) string {
	if len(text) < 4 || !isUpper(text[0]) || !isUpper(text[1]) || !isDigit(text[2]) || !isDigit(text[3]) {
		return ""
	}
	at := strings.Index(ibanLengths, text[:2])
	if at < 0 || at%5 != 0 {
		return ""
	}
	length := int(ibanLengths[at+2]-'0')*10 + int(ibanLengths[at+3]-'0')
	number := make([]byte, 0, length)
	for i := 0; i < len(text) && len(number) < length; i++ {
		switch c := text[i]; {
		case isUpper(c), isDigit(c):
			number = append(number, c)
		case strings.IndexByte(" .-", c) < 0:
			return ""
		}
	}
	if len(number) < length {
		return ""
	}
	return string(number)
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// mod97 is the remainder of ISO 7064, with A for 10 to Z for 35.
func mod97(s string) int {
	rest := 0
	for _, r := range s {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest
}
