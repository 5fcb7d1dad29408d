package intake

import (
	"slices"
	"strings"
	"time"
)

// Role is what somebody of the team may do.
type Role string

// The roles. An admin decides who else is in the team, and nothing about a family by that alone.
const (
	Admin        Role = "admin"
	Moderator    Role = "moderator"
	Safeguarding Role = "safeguarding"
	Lawyer       Role = "lawyer"
)

// Roles lists all roles.
func Roles() []Role { return []Role{Admin, Moderator, Safeguarding, Lawyer} }

// Member is one human of the team, reachable at one or more accounts: two accounts of a member are
// not two pairs of eyes. A member may be a parent as well; the two files know nothing of each other.
type Member struct {
	ID       string    // of the person
	Account  Account   // the one that the event came from
	Accounts []Account // all; private chats
	Roles    []Role
	Joined   time.Time
	Sitting  Sitting // sealed
}

// Has reports whether a member has one of the roles.
func (m *Member) Has(any ...Role) bool {
	return slices.ContainsFunc(any, func(r Role) bool { return slices.Contains(m.Roles, r) })
}

// Sitting is what lies on a member's desk, and what is remembered of how they work.
type Sitting struct {
	Name     string // as the rest of the team knows them
	Language string
	Showing  int    // raised with everything that is shown; buttons are bound to it
	Case     string // on the desk
	View     string // which side of the case shows; "" for its card
	Read     string // what the case was about when its card was last shown, as a hash
	Ticked   []Key  // questions to be asked again
	Reason   string // for a rejection
	Text     string // typed, not sent yet
	Last     string // the case decided last, and when: it can be undone
	LastAt   time.Time
	Digest   string    // "21:30": when the numbers of the day are sent; "" for never
	Digested time.Time // when they last were
	Listed   time.Time // when a lawyer last got the list of what waits
	Awaits   string    // what typed words are meant for; "" for nothing
	Skipped  []string
	Looks    []time.Time // of the last hour, into answers that raised a flag
	Others   []time.Time // likewise, into anything else
	Locked   time.Time   // looked at too much; zero when not
	Proposed *Proposal   // a change to this member's roles that waits for a second admin
}

// Proposal is a change of roles that another admin has to agree to.
type Proposal struct {
	Roles []Role
	By    string // member
	At    time.Time
}

// Room is a group or channel of the team. There is one on a platform at most.
type Room struct {
	Account  Account
	Bell     MessageID // the line that tells how much there is to do; "" before it was first said
	Language string    // of who chose it
}

// Invitation is what a code of the team is good for, once.
type Invitation struct {
	Sort    string // InviteFirst, InviteJoin, InviteSeat or InviteExport
	Roles   []Role // InviteFirst, InviteJoin
	Member  string // who gave it out; "" for the command line. InviteSeat: whose other account it is
	Name    string // InviteJoin: of the newcomer
	Expires time.Time
}

// The sorts of invitations.
const (
	InviteFirst = "first" // printed at a start without admins: makes an admin
	InviteJoin  = "join"  // a newcomer
	InviteSeat  = "seat"  // another account of a member

	// InviteExport lets names be handed out once: an admin agrees to what somebody else exports. Name
	// is the campaign.
	InviteExport = "export"
)

// DeskToken is what tokens of the team's buttons are bound to in place of a conversation.
const DeskToken = "desk"

// The team's commands. Who is not of the team is told, as of every word that means nothing here, that
// there is no such command.
var teamCommands = []string{"next", "case", "mine", "queue", "digest", "stats", "admin", "here", "moderators", "join"}

// TeamCommands lists the team's commands.
func TeamCommands() []string { return slices.Clone(teamCommands) }

// TeamCommand takes a command of the team's apart; ok is false for everything else.
func TeamCommand(did Did) (name, rest string, ok bool) {
	said, isWords := did.(Said)
	if !isWords || said.Edited || said.Forwarded || said.Damaged || !strings.HasPrefix(said.Text, "/") {
		return "", "", false
	}
	name, rest, _ = strings.Cut(strings.TrimSpace(said.Text[1:]), " ")
	name = strings.ToLower(name)
	return name, strings.TrimSpace(rest), slices.Contains(teamCommands, name)
}

// toTeam reports whether an event is meant for the team's desk, whoever it comes from.
func (d *Desk) toTeam(e Event) bool {
	if d.Hear == nil || e.Page {
		return false
	}
	switch did := e.Did.(type) {
	case Pressed:
		return d.ofDesk(e.Account, did.Button) || e.Room != "" && d.ofDesk(e.Room, did.Button)
	case Said:
		if d.ofDesk(e.Account, did.Form) {
			return true
		}
	}
	_, _, ok := TeamCommand(e.Did)
	return ok
}

// ofDesk reports whether a token is one of a desk's. Those under a line in a room are signed for the
// room: who may press them shows when they are pressed.
func (d *Desk) ofDesk(a Account, token string) bool {
	_, _, ok := d.Signer.Action(a, DeskToken, token)
	return ok && !unsigned(token)
}

// Queued is what waits for the team, in numbers.
type Queued struct {
	Waiting int
	Urgent  int
	Oldest  time.Time // zero when nothing waits
	Done    int       // decided in the last Tonight
	By      int       // by how many
}

// Tonight is how far back a room's line counts what was decided.
const Tonight = 12 * time.Hour
