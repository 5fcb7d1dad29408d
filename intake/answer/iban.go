package answer

import "strings"

// ibanLengths is from the registry of ISO 13616: how long the numbers of each country are.
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 " +
	"FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 " +
	"LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 " +
	"SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"

// isIBAN reports whether a run of letters and digits begins with an IBAN. What follows it may be
// the next word, which the run cannot tell from a group.
func isIBAN(run string) bool {
	run = strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(run))
	at := strings.Index(ibanLengths, run[:2])
	if at < 0 || at%5 != 0 {
		return false
	}
	length := int(ibanLengths[at+2]-'0')*10 + int(ibanLengths[at+3]-'0')
	return len(run) >= length && mod97(run[4:length]+run[:4]) == 1
}

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
