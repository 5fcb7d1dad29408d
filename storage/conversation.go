package storage

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type conversationRow struct {
	ID       string `gorm:"column:id"`
	Person   string `gorm:"column:person"`
	Campaign string `gorm:"column:campaign"`
	Stage    string `gorm:"column:stage"`
	Language string `gorm:"column:language"`
	Country  string `gorm:"column:country"`
	Screen   string `gorm:"column:screen"`
	Showing  int    `gorm:"column:showing"`
	Started  int64  `gorm:"column:started"`
	Touched  int64  `gorm:"column:touched"`
	Expires  int64  `gorm:"column:expires"`
	OutSeq   int64  `gorm:"column:out_seq"`
	AuditNo  int64  `gorm:"column:audit_no"`
	AuditMAC []byte `gorm:"column:audit_mac"`
	AuditAt  int64  `gorm:"column:audit_at"`
	Doomed   int    `gorm:"column:doomed"`
	Test     int    `gorm:"column:test"` // of the state, for counting; never read back
	State    []byte `gorm:"column:state"`
}

const conversationColumns = "c.id, c.person, c.campaign, c.stage, c.language, c.country, c.screen, c.showing, " +
	"c.started, c.touched, c.expires, c.out_seq, c.audit_no, c.audit_mac, c.audit_at, c.doomed, c.state"

// conversation opens a row. Envelopes that do not open are returned, see openParts.
func (r conversationRow) conversation(keys keyset) (intake.Conversation, [][]byte, error) {
	state, unopened, err := openState(keys, r.ID, r.State)
	return intake.Conversation{
		ID: r.ID, Campaign: r.Campaign, Stage: intake.Stage(r.Stage), Language: r.Language, Country: r.Country,
		Screen: r.Screen, Showing: r.Showing, Started: instant(r.Started), Touched: instant(r.Touched),
		Expires: instant(r.Expires), State: state,
	}, unopened, err
}

type accountRow struct {
	Address      []byte `gorm:"column:address"`
	Platform     string `gorm:"column:platform"`
	Person       string `gorm:"column:person"`
	Conversation string `gorm:"column:conversation"`
	Sealed       []byte `gorm:"column:sealed"`
}

// dossier is what a turn remembers of a file between finding and saving it.
type dossier struct {
	keys          keyset
	head          head     // of the audit chain
	outSeq        int64    // the last number given to an outgoing message
	submission    []byte   // fingerprint of what was found; nil when nothing was sent
	blocked       bool     // the account took no messages
	accounts      int64    // that lead to the file
	parked        bool     // something that the person sent could not be handled and is kept, see Park
	files         []string // ids of those that the conversation named
	stateUnopened [][]byte
	bodyUnopened  [][]byte
}

// foundRow is the conversation with its submission, where there is one.
type foundRow struct {
	Address      []byte          `gorm:"column:address"`
	Account      []byte          `gorm:"column:account"` // sealed
	Blocked      int64           `gorm:"column:blocked"`
	Parked       int64           `gorm:"column:parked"`
	Team         int64           `gorm:"column:team"`
	Accounts     int64           `gorm:"column:accounts"`
	Conversation conversationRow `gorm:"embedded"`
	Submission   submissionRow   `gorm:"embedded"`
}

// whoOfAccount selects what else a turn has to know of an account: whether it takes messages, whether
// something it sent is parked, whether it is a team member's.
const whoOfAccount = "a.blocked, " + parkedOfAccount + ", (SELECT count(*) FROM seats AS st WHERE st.address = a.address) AS team, " + accountsOfPerson

// accountsOfPerson counts the accounts that lead to a file.
const accountsOfPerson = "(SELECT count(*) FROM accounts AS o WHERE o.person = a.person) + (SELECT count(*) FROM asides AS o WHERE o.person = a.person) AS accounts"

// Find locks and returns what is on file for the account: one statement for the rows, one for the
// keys. The lock is on the person's own rows; nobody else waits for it. ErrNoFile when there is
// nothing.
func (t *tx) Find(a intake.Account) (*intake.File, error) {
	address := t.store.address(a)
	f, err := t.find("accounts", whoOfAccount, "a.address = ?", address)
	if !errors.Is(err, intake.ErrNoFile) {
		return f, err
	}
	if there, err := t.takeUp(address); err != nil || !there {
		return nil, cmp.Or(err, intake.ErrNoFile)
	}
	return t.find("accounts", whoOfAccount, "a.address = ?", address)
}

// find does it by the row of one of the tables of accounts.
func (t *tx) find(table, columns, condition string, args ...any) (*intake.File, error) {
	var row foundRow
	err := t.db.Table(table+" AS a").Select("a.address, a.sealed AS account, "+columns+", "+conversationColumns+", "+submissionColumns).
		Joins("JOIN conversations AS c ON c.id = a.conversation").
		Joins("LEFT JOIN submissions AS s ON s.conversation = c.id").
		Where(condition, args...).
		Clauses(clause.Locking{Strength: "UPDATE", Table: clause.Table{Name: "c"}}).
		Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("finding a conversation: %w", err)
	}
	if row.Conversation.Doomed != 0 { // a crash came between an earlier turn and its keys' end
		if err := t.finishDoom(row.Conversation.ID); err != nil {
			return nil, err
		}
	}
	keys, err := t.store.ring.of(t.ctx, row.Conversation.Person)
	if err != nil {
		return nil, err
	}
	f, d, err := row.open(keys)
	if err != nil {
		return nil, err
	}
	self := keys[intake.Self]
	if self == nil { // the keys are older than the register, or are being destroyed
		return nil, fmt.Errorf("opening conversation %s: %w", f.Conversation.ID, errSealed)
	}
	account, err := self.open(accountPlace(row.Address), row.Account)
	if err != nil {
		return nil, err
	}
	f.Account = intake.Account(account)
	t.open[f.Conversation.ID] = d
	return f, nil
}

// findWherever finds it at an account where it is the current one, else where it is set aside.
func (t *tx) findWherever(condition string, args ...any) (*intake.File, error) {
	f, err := t.find("accounts", whoOfAccount, condition, args...)
	if errors.Is(err, intake.ErrNoFile) {
		if f, err = t.find("asides", notBlocked, condition, args...); err == nil {
			f.Aside = true
		}
	}
	return f, err
}

// open makes a file of what was found.
func (r foundRow) open(keys keyset) (*intake.File, *dossier, error) {
	c := r.Conversation
	f := &intake.File{Person: c.Person, Team: r.Team > 0}
	d := &dossier{keys: keys, head: head{c.AuditNo, c.AuditMAC}, outSeq: c.OutSeq, blocked: r.Blocked != 0, parked: r.Parked != 0, accounts: r.Accounts}
	var err error
	if f.Conversation, d.stateUnopened, err = c.conversation(keys); err != nil {
		return nil, nil, err
	}
	d.files = fileIDs(f.Conversation.State.Files)
	if r.Submission.SubID == nil {
		return f, d, nil
	}
	if f.Submission, d.bodyUnopened, err = r.Submission.submission(keys); err != nil {
		return nil, nil, err
	}
	d.submission = fingerprint(*f.Submission)
	return f, d, nil
}

// Begin puts a first contact with a campaign on file.
func (t *tx) Begin(f *intake.File) error {
	person, err := newID(t.store.random)
	if err != nil {
		return err
	}
	id, err := newID(t.store.random)
	if err != nil {
		return err
	}
	f.Person = person
	keys, err := t.store.ring.of(t.ctx, f.Person)
	if err != nil {
		return err
	}
	if err := t.store.ring.ensure(t.ctx, f.Person, keys, append(firstCompartments(), compartments(f)...)...); err != nil {
		return err
	}
	f.Conversation.ID = id
	// Numbers of outgoing messages begin at the present microsecond, so that they go on counting
	// upward in a chat whose earlier file was erased.
	d := &dossier{keys: keys, outSeq: t.store.now().UnixMicro()}
	row, err := t.conversationRow(f, d, nil)
	if err != nil {
		return err
	}
	made := map[string]any{"id": f.Person, "made": micro(t.store.now())}
	if err := t.db.Table("persons").Create(made).Error; err != nil {
		return fmt.Errorf("putting person %s on file: %w", f.Person, err)
	}
	if err := t.db.Table("conversations").Create(&row).Error; err != nil {
		return fmt.Errorf("putting conversation %s on file: %w", id, err)
	}
	t.open[id] = d
	return t.pointAt(f, keys)
}

// pointAt makes the conversation the account's current one.
func (t *tx) pointAt(f *intake.File, keys keyset) error {
	address := t.store.address(f.Account)
	sealed, err := keys[intake.Self].seal(t.store.random, accountPlace(address), []byte(f.Account))
	if err != nil {
		return err
	}
	row := accountRow{Address: address, Platform: f.Account.Platform(), Person: f.Person, Conversation: f.Conversation.ID, Sealed: sealed}
	done := t.db.Table("accounts").Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return fmt.Errorf("putting an account of person %s on file: %w", f.Person, done.Error)
	}
	if done.RowsAffected == 0 { // another process met the same person at the same moment
		return fmt.Errorf("putting an account of person %s on file: %w", f.Person, errAgain)
	}
	return nil
}

func accountPlace(address []byte) place {
	return place{"accounts", "sealed", hex.EncodeToString(address)}
}

// conversationRow seals a conversation.
func (t *tx) conversationRow(f *intake.File, d *dossier, destroyed []string) (conversationRow, error) {
	c := f.Conversation
	state, err := sealParts(t.store.random, d.keys, statePlace(c.ID), splitState(c.State, destroyed), d.stateUnopened)
	return conversationRow{
		ID: c.ID, Person: f.Person, Campaign: c.Campaign, Stage: string(c.Stage), Language: c.Language, Country: c.Country,
		Screen: c.Screen, Showing: c.Showing, Started: micro(c.Started), Touched: micro(c.Touched), Expires: micro(c.Expires),
		OutSeq: d.outSeq, AuditNo: d.head.no, AuditMAC: notNil(d.head.mac), Test: btoi(c.State.Test), State: state,
	}, err
}

// notNil is for columns that are never NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
