package discord

import (
	"hash/fnv"
	"strconv"
	"time"
)

// Ids are snowflakes: milliseconds since the first second of 2015, shifted, and a counter below.
const (
	epoch      = 1420070400000
	timeShift  = 22
	firstHuman = 1_000_000_000_000_000_000 // made-up people; needs more than 53 bits, as real ids do
)

// id makes the next snowflake. Ids ascend even where the clock does not.
func (s *Server) id() string {
	n := uint64(max(s.now().UnixMilli()-epoch, 0)) << timeShift
	if n <= s.last {
		n = s.last + 1
	}
	s.last = n
	return strconv.FormatUint(n, 10)
}

// number reads an id; what is none is 0.
func number(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64)
	return n
}

func isSnowflake(id string) bool {
	n, err := strconv.ParseUint(id, 10, 64)
	return err == nil && strconv.FormatUint(n, 10) == id
}

// seedID makes an id of any words.
func seedID(seed string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed))
	return strconv.FormatUint(firstHuman+h.Sum64()%100_000_000_000_000_000, 10)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// stampOrNull is nil for no time.
func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}
