package answer

func readMoney(line string, lim Limits, s Situation) (Reading, *Unfit) {
	return Reading{}, refuse(ReasonMoneyUnreadable)
}

func (s *speech) showMoney(value string) string { return value }
