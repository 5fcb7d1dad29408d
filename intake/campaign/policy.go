package campaign

import "time"

// Where a platform may carry an answer.
const (
	InChat = "chat"
	OnPage = "page"
	Never  = "never"
)

// Where says where people of a platform may be asked for something so sensitive: InChat, OnPage or
// Never. A platform without a policy of its own carries nothing but what is ordinary or personal.
func (c *Campaign) Where(platform string, s Sensitivity) string {
	if s == "" {
		s = Ordinary
	}
	policy, ok := c.Policy[platform]
	switch {
	case ok:
		return policy[s]
	case s == Ordinary, s == Personal:
		return InChat
	}
	return OnPage
}

// Location is the campaign's time zone, in which "today" is meant; UTC where it names none.
func (c *Campaign) Location() *time.Location {
	if loc, err := time.LoadLocation(c.TimeZone); err == nil {
		return loc
	}
	return time.UTC
}

// Burst says how many submissions that share something, within how long, are a burst.
func (r Raid) Burst() (many int, within time.Duration) {
	many, within = 20, 15*time.Minute
	if r.Many != 0 {
		many = r.Many
	}
	if r.Minutes != 0 {
		within = time.Duration(r.Minutes) * time.Minute
	}
	return many, within
}
