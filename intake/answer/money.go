package answer

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

// readMoney reads an amount and its currency, by sign, word or code, else that of the country of
// residence. It is said back: a comma in the wrong place makes a hundred times as much.
func readMoney(line string, lim Limits, s Situation) (Reading, *Unfit) {
	line = roundMark.ReplaceAllString(asciiDigits(line), "$1")
	run, beside, ok := amountAndRest(line)
	if !ok {
		return Reading{}, refuse(ReasonMoneyUnreadable)
	}
	unit, reason := currencyOf(beside, s)
	if reason != "" {
		return Reading{}, refuse(reason)
	}
	scale, _ := currency.Standard.Rounding(unit)
	whole, decimals, ok := quantity(run, scale)
	if !ok {
		return Reading{}, refuse(ReasonMoneyUnreadable)
	}
	value := func(whole, decimals string) string {
		if scale > 0 {
			whole += "." + decimals + strings.Repeat("0", scale-len(decimals))
		}
		return whole + " " + unit.String()
	}
	n, err := strconv.Atoi(whole)
	if err != nil {
		return Reading{}, refuse(ReasonMoneyUnreadable)
	}
	most := lim.Max
	if most == 0 {
		most = largestNumber
	}
	switch {
	case n < lim.Min:
		return Reading{}, refuse(ReasonMoneySmall, "min", Show(Money, value(strconv.Itoa(lim.Min), ""), s.Language))
	case n > most, n == most && strings.Trim(decimals, "0") != "":
		return Reading{}, refuse(ReasonMoneyLarge, "max", Show(Money, value(strconv.Itoa(most), ""), s.Language))
	}
	return echoed(value(whole, decimals)), nil
}

// amountAndRest parts a line into its one amount and the words beside it. "12 euro 50" is one too.
func amountAndRest(line string) (run, beside string, ok bool) {
	runs := amountRun.FindAllStringIndex(line, 3)
	switch len(runs) {
	case 1:
		return line[runs[0][0]:runs[0][1]], line[:runs[0][0]] + " " + line[runs[0][1]:], true
	case 2:
		euros, cents := line[runs[0][0]:runs[0][1]], line[runs[1][0]:]
		between := strings.TrimSpace(line[runs[0][1]:runs[1][0]])
		if runs[0][0] == 0 && len(cents) == 2 && between != "" && strings.Trim(euros, "0123456789") == "" {
			return euros + "," + cents, between, true
		}
	}
	return "", "", false
}

// currencyOf finds the currency that words name; without words it is the country's.
func currencyOf(words string, s Situation) (currency.Unit, string) {
	var named []string
	for _, word := range strings.Fields(fold(words)) {
		if !emptyWords(word, s) {
			named = append(named, word)
		}
	}
	local, known := localCurrency(s.Country)
	name := strings.Join(named, " ")
	if name == "" && strings.ContainsAny(words, "-−") {
		return local, ReasonMoneyUnreadable // less than nothing
	}
	if name == "" && !known {
		return local, ReasonMoneyCurrency
	}
	if name == "" {
		return local, ""
	}
	codes := currenciesNamed(name, s.Language)
	if slices.Contains(codes, local.String()) {
		return local, ""
	}
	if len(codes) == 0 {
		codes = []string{name}
	}
	unit, err := currency.ParseISO(codes[0])
	if err != nil {
		return unit, ReasonMoneyUnreadable
	}
	return unit, ""
}

func localCurrency(country string) (currency.Unit, bool) {
	region, err := language.ParseRegion(country)
	if err != nil {
		return currency.Unit{}, false
	}
	return currency.FromRegion(region)
}

// currenciesNamed returns the codes that a folded word stands for, the likeliest first.
func currenciesNamed(name, tag string) []string {
	var codes []string
	for _, words := range spoken(tag) {
		for _, c := range words.Currencies {
			if slices.ContainsFunc(c.Words, func(word string) bool { return fold(word) == name }) {
				codes = append(codes, c.Code)
			}
		}
	}
	return codes
}

// showMoney writes "12.50 EUR" as € 12,50 or €12.50.
func (s *speech) showMoney(value string) string {
	amount, code, ok := strings.Cut(value, " ")
	whole, decimals, _ := strings.Cut(amount, ".")
	if !ok || whole == "" || strings.Trim(whole+decimals, "0123456789") != "" {
		return value
	}
	shown := grouped(whole, s.Formats.Group)
	if decimals != "" {
		shown += s.Formats.Decimal + decimals
	}
	symbol := code
	for _, c := range s.Currencies {
		if c.Code == code {
			symbol = c.Words[0]
		}
	}
	form := s.Formats.Money
	if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) {
		form = "{symbol} {amount}"
	}
	return strings.NewReplacer("{symbol}", symbol, "{amount}", shown).Replace(form)
}
