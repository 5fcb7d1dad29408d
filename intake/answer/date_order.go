package answer

import "strings"

// order is what the first two numbers of 3/4/2012 mean where the person lives.
type order struct {
	first string // "day", "month", or "ask" where nothing tells
	mixed bool   // the language is written in both orders somewhere
}

// orderOf tells the order by language and country of residence.
func orderOf(s Situation) order {
	orders := speechOf(s.Language).Order
	first, listed := orders[strings.ToUpper(s.Country)]
	if !listed {
		first = orders["*"]
	}
	return order{first: first, mixed: len(orders) > 1}
}

// read returns what two numbers and a year may mean. Where all who write a language write the day
// first, 12-13-2012 is a slip and is returned as the month that it is not; where they do not, it
// can only be the 13th of December.
func (o order) read(a, b, year int) []moment {
	local := moment{year: year, month: b, day: a}
	other := moment{year: year, month: a, day: b}
	if o.first == "month" {
		local, other = other, local
	}
	switch {
	case o.first == "ask" && local != other:
		return []moment{local, other}
	case o.mixed && !local.valid() && other.valid():
		return []moment{other}
	}
	return []moment{local}
}
