package campaign

import "time"

// Where a platform may carry an answer.
const (
	InChat = "chat"
	OnPage = "page"
	Never  = "never"
)

// Carries reports whether a platform's chat may carry a question. A platform without a policy of
// its own carries nothing but ordinary and personal questions.
func (c *Campaign) Carries(platform string, q *Question) bool {
	s := q.Sensitivity
	if s == "" {
		s = Ordinary
	}
	policy, ok := c.Policy[platform]
	if !ok {
		return s == Ordinary || s == Personal
	}
	return policy[s] == InChat
}

// Location is the campaign's time zone, in which "today" is meant; UTC where it names none.
func (c *Campaign) Location() *time.Location {
	if loc, err := time.LoadLocation(c.TimeZone); err == nil {
		return loc
	}
	return time.UTC
}
