package storage

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

// teamRow is a member; what they have on their desk is sealed with their own key.
type teamRow struct {
	Person       string `gorm:"column:person"`
	Admin        bool   `gorm:"column:admin"`
	Moderator    bool   `gorm:"column:moderator"`
	Safeguarding bool   `gorm:"column:safeguarding"`
	Lawyer       bool   `gorm:"column:lawyer"`
	Joined       int64  `gorm:"column:joined"`
	Sitting      []byte `gorm:"column:sitting"`
}

type seatRow struct {
	Address  []byte `gorm:"column:address"`
	Platform string `gorm:"column:platform"`
	Person   string `gorm:"column:person"`
	Sealed   []byte `gorm:"column:sealed"`
}

func sittingPlace(person string) place { return place{"team", "sitting", person} }
func seatPlace(address []byte) place   { return place{"seats", "sealed", fmt.Sprintf("%x", address)} }

// rolesOf and columnsOf translate between a row and a member's roles.
func rolesOf(r teamRow) []intake.Role {
	var roles []intake.Role
	for role, has := range map[intake.Role]bool{intake.Admin: r.Admin, intake.Moderator: r.Moderator, intake.Safeguarding: r.Safeguarding, intake.Lawyer: r.Lawyer} {
		if has {
			roles = append(roles, role)
		}
	}
	return inOrder(roles)
}

func inOrder(roles []intake.Role) []intake.Role {
	var sorted []intake.Role
	for _, role := range intake.Roles() {
		for _, r := range roles {
			if r == role {
				sorted = append(sorted, r)
			}
		}
	}
	return sorted
}

func roleColumns(m *intake.Member) map[string]any {
	columns := map[string]any{}
	for _, role := range intake.Roles() {
		columns[string(role)] = btoi(m.Has(role))
	}
	return columns
}

// Member locks and returns who of the team an account is.
func (t *tx) Member(a intake.Account) (*intake.Member, error) {
	m, err := t.member("person = (SELECT person FROM seats WHERE address = ?)", t.store.address(a))
	if m != nil {
		m.Account = a
	}
	return m, err
}

// MemberByID locks and returns a member.
func (t *tx) MemberByID(id string) (*intake.Member, error) { return t.member("person = ?", id) }

func (t *tx) member(condition string, arg any) (*intake.Member, error) {
	var row teamRow
	err := t.db.Table("team").Where(condition, arg).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a member of the team: %w", err)
	}
	members, err := t.members([]teamRow{row})
	if err != nil {
		return nil, err
	}
	return members[0], nil
}

// Team returns everybody, in the order in which they joined.
func (t *tx) Team() ([]*intake.Member, error) {
	var rows []teamRow
	if err := t.db.Table("team").Order("joined, person").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the team: %w", err)
	}
	return t.members(rows)
}

// members opens rows, with the accounts of each.
func (t *tx) members(rows []teamRow) ([]*intake.Member, error) {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.Person)
	}
	if ids == nil {
		return nil, nil
	}
	keys, err := t.store.ring.ofMany(t.ctx, ids)
	if err != nil {
		return nil, err
	}
	var seats []seatRow
	if err := t.db.Table("seats").Where("person IN ?", ids).Order("platform, address").Find(&seats).Error; err != nil {
		return nil, fmt.Errorf("reading the seats of the team: %w", err)
	}
	var members []*intake.Member
	for _, row := range rows {
		k := keys[row.Person][intake.Self]
		m, err := row.member(k, seats)
		if err != nil {
			return nil, err
		}
		t.seen[row.Person] = k
		members = append(members, m)
	}
	return members, nil
}

func (r teamRow) member(k *key, seats []seatRow) (*intake.Member, error) {
	m := &intake.Member{ID: r.Person, Roles: rolesOf(r), Joined: instant(r.Joined)}
	if k == nil {
		return nil, fmt.Errorf("opening member %s: %w", r.Person, errSealed)
	}
	words, err := k.open(sittingPlace(r.Person), r.Sitting)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(words, &m.Sitting); err != nil {
		return nil, fmt.Errorf("reading member %s: %w", r.Person, err)
	}
	for _, seat := range seats {
		if seat.Person != r.Person {
			continue
		}
		account, err := k.open(seatPlace(seat.Address), seat.Sealed)
		if err != nil {
			return nil, err
		}
		m.Accounts = append(m.Accounts, intake.Account(account))
	}
	if len(m.Accounts) > 0 {
		m.Account = m.Accounts[0]
	}
	return m, nil
}

// Enrol takes a new member into the team, at an account.
func (t *tx) Enrol(m *intake.Member) error {
	id, err := newID(t.store.random)
	if err != nil {
		return err
	}
	m.ID, m.Joined = id, t.store.now()
	keys := keyset{}
	if err := t.store.ring.ensure(t.ctx, id, keys, intake.Self); err != nil {
		return err
	}
	sitting, err := sealJSON(t, keys[intake.Self], sittingPlace(id), m.Sitting)
	if err != nil {
		return err
	}
	made := map[string]any{"id": id, "made": micro(m.Joined)}
	if err := t.db.Table("persons").Create(made).Error; err != nil {
		return fmt.Errorf("enrolling member %s: %w", id, err)
	}
	columns := roleColumns(m)
	columns["person"], columns["joined"], columns["sitting"] = id, micro(m.Joined), sitting
	if err := t.db.Table("team").Create(columns).Error; err != nil {
		return fmt.Errorf("enrolling member %s: %w", id, err)
	}
	return t.Seat(m, m.Account)
}

// Seat gives a member one more account.
func (t *tx) Seat(m *intake.Member, a intake.Account) error {
	k, err := t.keyOf(m.ID)
	if err != nil {
		return err
	}
	address := t.store.address(a)
	sealed, err := k.seal(t.store.random, seatPlace(address), []byte(a))
	if err != nil {
		return err
	}
	row := seatRow{Address: address, Platform: a.Platform(), Person: m.ID, Sealed: sealed}
	done := t.db.Table("seats").Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return fmt.Errorf("seating member %s: %w", m.ID, done.Error)
	}
	if done.RowsAffected == 0 {
		return fmt.Errorf("seating member %s: %w", m.ID, intake.ErrTaken)
	}
	m.Accounts = append(m.Accounts, a)
	return nil
}

// keyOf is a member's own key.
func (t *tx) keyOf(id string) (*key, error) {
	if k := t.seen[id]; k != nil {
		return k, nil
	}
	keys, err := t.store.ring.of(t.ctx, id)
	if err != nil {
		return nil, err
	}
	if keys[intake.Self] == nil {
		return nil, fmt.Errorf("opening member %s: %w", id, errSealed)
	}
	return keys[intake.Self], nil
}

// Dismiss takes a member out of the team, with everything about them.
func (t *tx) Dismiss(m *intake.Member) error {
	held := map[string]any{"holder": "", "until": 0}
	if err := t.db.Table("cases").Where("holder = ?", m.ID).Updates(held).Error; err != nil {
		return fmt.Errorf("giving back what member %s held: %w", m.ID, err)
	}
	if err := t.db.Table("outbox").Where("person = ?", m.ID).Delete(&letterRow{}).Error; err != nil {
		return fmt.Errorf("erasing messages to member %s: %w", m.ID, err)
	}
	if err := t.db.Table("persons").Where("id = ?", m.ID).Delete(&storeRow{}).Error; err != nil {
		return fmt.Errorf("dismissing member %s: %w", m.ID, err)
	}
	t.gone = append(t.gone, m.ID)
	return nil
}

// teamChain is the audit chain of who is in the team and what they look at.
const teamChain = "team"

// SaveMember writes a member back, with what is said to them and what must be accounted for.
func (t *tx) SaveMember(m *intake.Member, turn intake.Turn) error {
	k, err := t.keyOf(m.ID)
	if err != nil {
		return err
	}
	columns := roleColumns(m)
	if columns["sitting"], err = sealJSON(t, k, sittingPlace(m.ID), m.Sitting); err != nil {
		return err
	}
	seq := micro(t.store.now()) // goes on counting upward beside the numbers of a conversation in the same chat
	var letters []letterRow
	for i := range turn.Outgoing {
		o := turn.Outgoing[i]
		o.Seq = seq + int64(i)
		row, err := t.letter(m.ID, k, o, turn.At)
		if err != nil {
			return err
		}
		letters = append(letters, row)
	}
	done := t.db.Table("team").Where("person = ?", m.ID).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("saving member %s: %w", m.ID, done.Error)
	}
	if done.RowsAffected == 0 {
		return fmt.Errorf("saving member %s: %w", m.ID, errAgain)
	}
	for _, e := range turn.Audit {
		if err := t.record(teamChain, e); err != nil {
			return err
		}
	}
	return t.post(letters)
}

// sealJSON seals anything that JSON can hold.
func sealJSON(t *tx, k *key, at place, v any) ([]byte, error) {
	words, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("writing %s.%s of %s: %w", at.table, at.column, at.row, err)
	}
	return k.seal(t.store.random, at, words)
}

type invitationRow struct {
	Hash    []byte  `gorm:"column:hash"`
	Person  *string `gorm:"column:person"`
	Expires int64   `gorm:"column:expires"`
	Sealed  []byte  `gorm:"column:sealed"`
}

func invitationPlace(hash []byte) place {
	return place{"invitations", "sealed", fmt.Sprintf("%x", hash)}
}

// Invite puts an invitation on file under its code.
func (t *tx) Invite(code string, i intake.Invitation) error {
	hash := t.store.hash("invitation", code)
	sealed, err := sealJSON(t, t.store.own.seal, invitationPlace(hash), i)
	if err != nil {
		return err
	}
	row := invitationRow{Hash: hash, Expires: micro(i.Expires), Sealed: sealed}
	if i.Member != "" {
		row.Person = &i.Member
	}
	if err := t.db.Table("invitations").Create(&row).Error; err != nil {
		return fmt.Errorf("putting an invitation on file: %w", err)
	}
	return nil
}

// TakeUp spends an invitation that is good.
func (t *tx) TakeUp(code string) (*intake.Invitation, error) {
	var row invitationRow
	err := t.db.Table("invitations").Where("hash = ? AND expires > ?", t.store.hash("invitation", code), micro(t.store.now())).
		Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("looking for an invitation: %w", err)
	}
	if err := t.db.Table("invitations").Where("hash = ?", row.Hash).Delete(&invitationRow{}).Error; err != nil {
		return nil, fmt.Errorf("spending an invitation: %w", err)
	}
	words, err := t.store.own.seal.open(invitationPlace(row.Hash), row.Sealed)
	if err != nil {
		return nil, err
	}
	var i intake.Invitation
	if err := json.Unmarshal(words, &i); err != nil {
		return nil, fmt.Errorf("reading an invitation: %w", err)
	}
	return &i, nil
}
