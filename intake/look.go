package intake

import (
	"time"

	"claimline/intake/wording"
)

// What a chat may not hold, somebody of the team looks at on the private page. The way there says
// nothing of what is seen: that is read from the file when the page shows it, and only while whoever
// looks may still see it.

// How long a way to a look holds: a link that nobody opens, and a page from when it was opened.
const (
	LookLinkLife = 10 * time.Minute
	LookLife     = 3 * time.Minute
)

// LookPass is what a random word of a look is good for.
type LookPass string

// A link opens a page, once. A page is the cookie by which it is known.
const (
	LookLink LookPass = "link"
	LookPage LookPass = "page"
)

// Look is somebody's way to look at a case on the private page.
type Look struct {
	Member  string
	Case    string
	Expires time.Time
}

// LookTx is what a look on the private page needs of a turn.
type LookTx interface {
	// GiveLook puts a look on file under a random word, in place of one of its sort that the member
	// had. It is gone with the member, and with the case.
	GiveLook(as LookPass, word string, l Look) error

	// TakeLook spends a word, and LookAt leaves it good; both lock the look. ErrNoFile for a word
	// that is unknown, spent or too old.
	TakeLook(as LookPass, word string) (*Look, error)
	LookAt(as LookPass, word string) (*Look, error)
}

// Sight is what a look shows, in words of whoever looks.
type Sight struct {
	Language string
	Title    wording.Text
	Columns  []Column // side by side: the file of the case first, then those that it is compared with
	Letters  []wording.Text
	Evidence wording.Text // what is said above the files
	Files    []StoredFile // each is opened on its own
	Open     string       // the label of the button that opens a file
	Until    time.Time
}

// Column is what a look shows of one file.
type Column struct {
	Head  wording.Text
	Lines []wording.Text
}
