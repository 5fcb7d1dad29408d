package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// Whose a key is, where it is no person's.
const (
	storeItself = ""        // the store's own keys
	transit     = "transit" // farewells to people who are not on file any more
)

// keyring keeps the wrapped keys: a database of its own, opened by the master key.
type keyring struct {
	db     *gorm.DB
	prefix string // schema of the tables, with its dot
	master *key
	now    func() time.Time
	random io.Reader

	mu      sync.Mutex
	known   map[keyID]secret // for delivery, see remember
	letters map[string]keyID // letters handed out, and what sealed them
}

type keyRow struct {
	ID          []byte `gorm:"column:id"`
	Person      string `gorm:"column:person"`
	Compartment string `gorm:"column:compartment"`
	Made        int64  `gorm:"column:made"`
	Wrapped     []byte `gorm:"column:wrapped"`
}

const keyColumns = "id, person, compartment, made, wrapped"

// keyset holds one person's keys by compartment.
type keyset map[string]*key

// find returns the key that an envelope names, and its compartment.
func (k keyset) find(id keyID) (*key, string) {
	for compartment, key := range k {
		if key.id == id {
			return key, compartment
		}
	}
	return nil, ""
}

func (r *keyring) table(ctx context.Context) *gorm.DB {
	return r.db.WithContext(ctx).Table(r.prefix + "keys")
}

// of returns all keys of a person.
func (r *keyring) of(ctx context.Context, person string) (keyset, error) {
	var rows []keyRow
	if err := r.table(ctx).Select(keyColumns).Where("person = ?", person).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the keys of person %s: %w", person, err)
	}
	keys := keyset{}
	for _, row := range rows {
		k, err := r.unwrap(row)
		if err != nil {
			return nil, err
		}
		keys[row.Compartment] = k
	}
	return keys, nil
}

// ofMany returns the keys of several people at once, by person.
func (r *keyring) ofMany(ctx context.Context, persons []string) (map[string]keyset, error) {
	var rows []keyRow
	if err := r.table(ctx).Select(keyColumns).Where("person IN ?", persons).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the keys of %d people: %w", len(persons), err)
	}
	all := map[string]keyset{}
	for _, row := range rows {
		k, err := r.unwrap(row)
		if err != nil {
			return nil, err
		}
		if all[row.Person] == nil {
			all[row.Person] = keyset{}
		}
		all[row.Person][row.Compartment] = k
	}
	return all, nil
}

// byID returns keys by their ids, from memory where they are known. Destroyed ones are left out.
func (r *keyring) byID(ctx context.Context, ids []keyID) (map[keyID]*key, error) {
	found := map[keyID]*key{}
	var missing [][]byte
	for _, id := range ids {
		k, err := r.recall(id)
		if err != nil {
			return nil, err
		}
		if k != nil {
			found[id] = k
		} else {
			missing = append(missing, id[:])
		}
	}
	if missing == nil {
		return found, nil
	}
	var rows []keyRow
	if err := r.table(ctx).Select(keyColumns).Where("id IN ?", missing).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading %d keys: %w", len(missing), err)
	}
	for _, row := range rows {
		k, err := r.unwrap(row)
		if err != nil {
			return nil, err
		}
		found[k.id] = k
	}
	return found, nil
}

// ownKeys are the store's own: random, wrapped like a person's, never derived from the master key,
// so that the master key can be changed.
type ownKeys struct {
	lookup *key // keyed hashes by which a value is found again
	audit  *key // MACs of the audit chains
	seal   *key // what belongs to nobody on file, for example references of audit entries
	button *key // MACs of what buttons carry
}

func (r *keyring) ownKeys(ctx context.Context) (ownKeys, error) {
	names := []string{"lookup", "audit", "seal", "button"}
	keys, err := r.of(ctx, storeItself)
	if err != nil {
		return ownKeys{}, err
	}
	if err := r.ensure(ctx, storeItself, keys, names...); err != nil && !errors.Is(err, errAgain) {
		return ownKeys{}, err
	}
	return ownKeys{lookup: keys["lookup"], audit: keys["audit"], seal: keys["seal"], button: keys["button"]}, nil
}

// ButtonKey is what buttons are signed with; it outlives restarts, as buttons do.
func (s *Store) ButtonKey() []byte { return slices.Clone(s.own.button.bytes[:]) }

// membersAhead is how many members of a group a person has keys for before any is named, so that an
// answer commits no key. Most families name no more; a further member's key comes when it is added.
const membersAhead = 2

// firstCompartments names the keys that a person has from the first contact.
func firstCompartments() []string {
	names := []string{intake.Self, intake.Special, intake.Safety}
	for n := range membersAhead {
		names = append(names, intake.Compartment(n+1))
	}
	return names
}

// compartments names the keys that a file needs, those of members without an answer and of files to
// be fetched included.
func compartments(f *intake.File, outgoing ...intake.Outgoing) []string {
	names := []string{intake.Self}
	for _, member := range f.Conversation.State.Members {
		names = append(names, intake.Compartment(member))
	}
	for _, o := range outgoing {
		if o.Do == intake.Fetch {
			names = append(names, o.Keep.Compartment)
		}
	}
	for _, a := range f.Conversation.State.Answers {
		names = append(names, compartmentOf(a))
	}
	if f.Submission != nil {
		for _, m := range f.Submission.Members {
			names = append(names, intake.Compartment(m.Item))
		}
		for _, c := range f.Submission.Consents {
			names = append(names, intake.Compartment(c.Item))
		}
	}
	return names
}

func compartmentOf(a intake.Answer) string {
	if a.Compartment == "" {
		return intake.Self
	}
	return a.Compartment
}
