package answer

import "strconv"

func readNumber(line string, lim Limits, s Situation) (Reading, *Unfit) {
	n, err := strconv.Atoi(asciiDigits(line))
	if err != nil {
		return Reading{}, refuse(ReasonNumberUnreadable)
	}
	return said(strconv.Itoa(n)), nil
}

func (s *speech) showNumber(value string) string { return value }
