package people

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Kind is how somebody behaves.
type Kind string

// The kinds of people. The first ones are parents, of whom a cast says how many in a hundred there
// are; a plain one goes straight through the interview. The team's are counted by the head.
const (
	Plain      Kind = ""
	Tapper     Kind = "tappers"    // press twice and press what is long past
	Editor     Kind = "editors"    // change answers in the summary, and messages that they have sent
	Deleter    Kind = "deleters"   // erase everything half-way or after sending, or withdraw
	Juggler    Kind = "devices"    // press the same thing on two devices at once
	Troll      Kind = "trolls"     // send floods, forgeries and nonsense, and register nothing
	Minor      Kind = "minors"     // say that they are under age
	Endangered Kind = "endangered" // call for help in the middle of the interview
	Prover     Kind = "provers"    // send files of proof once their claim is on file
	Fumbler    Kind = "fumblers"   // type what is no answer before what is one
	Blocker    Kind = "blockers"   // stop the bot in the middle of the interview, and let it back in

	Moderators Kind = "moderators" // settle doubtful files
	Greedy     Kind = "greedy"     // look at everything they can
)

// OnDiscord reports whether there are such people on Discord as well. What an editor, a
// troll, a prover and a fumbler do is done with messages, and on Discord parents write none that matters;
// nor does it tell a bot that it is stopped.
func (k Kind) OnDiscord() bool {
	return !slices.Contains([]Kind{Editor, Troll, Prover, Fumbler, Blocker}, k)
}

var (
	parents = []Kind{Tapper, Editor, Deleter, Juggler, Troll, Minor, Endangered, Prover, Fumbler, Blocker}
	team    = []Kind{Moderators, Greedy}
)

// ParentKinds names the kinds of parents, for who chooses among them.
func ParentKinds() string { return listed(parents) }

// TeamKinds names the kinds of the team.
func TeamKinds() string { return listed(team) }

func listed(kinds []Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// Cast says how many of each kind there are. The zero value is a cast of plain parents.
type Cast map[Kind]int

// Mixed is some of everybody but blockers and provers: the team's questions would come between files.
func Mixed() Cast {
	return Cast{Tapper: 15, Editor: 15, Deleter: 15, Juggler: 10, Troll: 5, Minor: 10, Endangered: 10, Moderators: 3}
}

// UnmarshalText reads "tappers=10,moderators=3", or "mixed". It fails on a kind that nobody knows and
// on more than a hundred parents in a hundred.
func (c *Cast) UnmarshalText(text []byte) error {
	*c = Cast{}
	if string(text) == "mixed" {
		*c = Mixed()
		return nil
	}
	sum := 0
	for _, part := range strings.Split(string(text), ",") {
		name, many, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(many)
		if kind := Kind(name); err != nil || n < 0 || !slices.Contains(slices.Concat(parents, team), kind) {
			return fmt.Errorf("%q is not KIND=NUMBER with one of %v", part, slices.Concat(parents, team))
		}
		(*c)[Kind(name)] = n
		if slices.Contains(parents, Kind(name)) {
			sum += n
		}
	}
	if sum > 100 {
		return fmt.Errorf("these are %d parents in a hundred", sum)
	}
	return nil
}

// String writes the cast as it is typed.
func (c Cast) String() string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		all = append(all, fmt.Sprintf("%s=%d", kind, c[kind]))
	}
	return strings.Join(all, ",")
}

// Kinds gives each of some parents a kind, in an order that the seed makes. Of every kind that there
// is, there is at least one while there are parents for it.
func (c Cast) Kinds(seed uint64, many int) []Kind {
	var all []Kind
	for _, kind := range parents {
		if n := c[kind]; n > 0 {
			all = append(all, slices.Repeat([]Kind{kind}, max(1, many*n/100))...)
		}
	}
	all = append(all, slices.Repeat([]Kind{Plain}, max(0, many-len(all)))...)[:many]
	random := rand.New(rand.NewPCG(seed, 1<<32))
	random.Shuffle(many, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
