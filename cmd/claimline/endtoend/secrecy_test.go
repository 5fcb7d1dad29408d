package endtoend

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/jackc/pgx/v5/pgxpool"

	"claimline/intake/story"
)

// words are what people said, and who they are: all that may be found nowhere.
type words struct {
	mu  sync.Mutex
	all map[string]bool
}

// of adds the words of a story and of the person who tells it.
func (w *words) of(s story.Story, p *person) {
	w.add(strconv.FormatInt(p.chat.ID(), 10), "Canaryfirst", "Canarylast", "canary_"+strings.ReplaceAll(s.Name, "-", "_"),
		"canaryphoto", "canarydocument", "canaryhuge")
	w.ofStory(s)
}

// ofUser is the same for somebody on Discord.
func (w *words) ofUser(s story.Story, u *user) {
	w.add(u.chat.ID(), u.chat.ChannelID(), u.room.ChannelID(), "Canaryfirst", "Canarylast", "canary_"+strings.ReplaceAll(s.Name, "-", "_"),
		"canaryphoto", "canarydocument", "canaryhuge")
	w.ofStory(s)
}

func (w *words) ofStory(s story.Story) {
	for _, step := range s.Steps {
		typed := append(slices.Clone(step.Answers), step.Says, step.Forwards, step.Edits)
		for _, text := range typed {
			w.add(distinctive(text)...)
		}
	}
}

func (w *words) add(all ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]bool{}
	}
	for _, one := range all {
		w.all[one] = true
	}
}

func (w *words) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.all))
}

// What of a typed text is nobody else's: a name with the story's surname, an address, a date, a
// postcode, a number of some length. A word such as "Nederland" stands in the program's own texts.
var distinct = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\S*voorbeeld[a-z]{4}\S*`),
	regexp.MustCompile(`(?i)\p{L}+ \S*voorbeeld[a-z]{4}`),
	regexp.MustCompile(`\S+@\S+`),
	regexp.MustCompile(`@\S+`),
	regexp.MustCompile(`\d{1,2} \p{L}+ \d{4}`),
	regexp.MustCompile(`\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}`),
	regexp.MustCompile(`(?i)\b\d{4} ?[a-z]{2}\b`),
	regexp.MustCompile(`\+?\d[\d -]{6,}\d`),
}

func distinctive(text string) []string {
	var found []string
	for _, form := range distinct {
		found = append(found, form.FindAllString(text, -1)...)
	}
	return found
}

// place is something the program wrote: a file, or the rows of a table.
type place struct {
	name string
	body []byte
}

// holdsNone looks for what people said, and for the bot's token, in everything that the program
// wrote: database, keys, files, log. Then it plants a word and expects the same search to find it.
func (in *installation) holdsNone(t *testing.T, spoken *words) {
	secrets := append(spoken.list(), token, strings.Split(token, ":")[1], discordToken, strings.Split(discordToken, ".")[2])
	t.Logf("looking for %d words, for example %q", len(secrets), secrets[len(secrets)/2])
	places := in.places(t)
	size := 0
	for _, p := range places {
		size += len(p.body)
	}
	t.Logf("in %d places, %d bytes", len(places), size)
	for _, found := range search(places, secrets) {
		t.Errorf("found %s", found)
	}
	in.plant(t)
	canaries := []string{planted, strconv.Itoa(plantedID)}
	found := search(in.places(t), canaries)
	for _, want := range canaries {
		if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, strconv.Quote(want)) }) {
			t.Errorf("the planted %q was not found, so the search proves nothing", want)
		}
	}
}

// The canary is what must be found.
const (
	planted   = "Kanarie van Voorbeeld"
	plantedID = 5_123_456_789
)

// plant writes a canary where the program could have left a word: a row, and a line of the log.
func (in *installation) plant(t *testing.T) {
	t.Helper()
	if _, err := in.db.Exec("INSERT INTO settings (name, value) VALUES ('canary', '" + hex.EncodeToString([]byte(planted)) + "')"); err != nil {
		t.Fatalf("planting a row: %v", err)
	}
	in.note(binary.LittleEndian.AppendUint64(nil, plantedID))
}

// places gathers everything that the program wrote.
func (in *installation) places(t *testing.T) []place {
	t.Helper()
	var all []place
	err := filepath.WalkDir(in.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		all = append(all, place{path, body})
		return err
	})
	if err != nil {
		t.Fatalf("reading what the program wrote: %v", err)
	}
	if path, ok := strings.CutPrefix(in.address, "sqlite:"); ok {
		return append(all, sqliteFiles(t, path)...)
	}
	return append(all, in.postgresRows(t)...)
}

// sqliteFiles are the database, its keys, and the write-ahead log of each.
func sqliteFiles(t *testing.T, path string) []place {
	t.Helper()
	files, err := filepath.Glob(strings.TrimSuffix(path, ".db") + "*")
	if err != nil {
		t.Fatal(err)
	}
	var all []place
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, place{file, body})
	}
	if len(all) < 4 {
		t.Errorf("expected a database, its keys and their logs, found %d files", len(all))
	}
	return all
}

// postgresRows are the rows of every table, as text and as the bytes on the wire, and the files in
// which the server keeps them where this process may read them.
func (in *installation) postgresRows(t *testing.T) []place {
	t.Helper()
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, in.address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CHECKPOINT"); err != nil {
		t.Logf("no checkpoint: %v", err)
	}
	rows, err := pool.Query(ctx, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	if err := rows.Err(); err != nil || len(tables) < 15 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	var all []place
	for _, table := range tables {
		for _, form := range []string{"text", "binary"} {
			var b bytes.Buffer
			if _, err := conn.Conn().PgConn().CopyTo(ctx, &b, "COPY "+table+" TO STDOUT (FORMAT "+form+")"); err != nil {
				t.Fatalf("copying %s: %v", table, err)
			}
			all = append(all, place{table + " as " + form, b.Bytes()})
		}
	}
	var folder, oid string
	err = pool.QueryRow(ctx, "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()").Scan(&folder, &oid)
	if err != nil {
		t.Logf("the server does not say where its files are: %v", err)
		return all
	}
	for _, pattern := range []string{filepath.Join(folder, "base", oid, "*"), filepath.Join(folder, "pg_wal", "0*")} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if body, err := os.ReadFile(file); err == nil {
				all = append(all, place{file, body})
			}
		}
		if len(files) == 0 {
			t.Logf("nothing to read at %s", pattern)
		}
	}
	return all
}

// pattern is a secret in one of its forms.
type pattern struct {
	secret, form string
	bytes        []byte
}

// start is what a pattern is first recognised by: secrets of fewer bytes are none.
type start [4]byte

// search returns where which secret was found, and in which form. Every place is gone through twice,
// for all patterns at once: as it is, and without regard to capitals.
func search(places []place, secrets []string) []string {
	exact, folded := map[start][]pattern{}, map[start][]pattern{}
	for _, secret := range secrets {
		for form, b := range forms(secret) {
			into := exact
			if form == "plain" || form == "hex" {
				into, b = folded, bytes.ToLower(b)
			}
			if len(b) >= len(start{}) {
				into[start(b)] = append(into[start(b)], pattern{secret, form, b})
			}
		}
	}
	found := map[string]bool{}
	for _, p := range places {
		for _, one := range append(within(p.body, exact), within(bytes.ToLower(p.body), folded)...) {
			found[fmt.Sprintf("%q as %s in %s", one.secret, one.form, p.name)] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func within(body []byte, patterns map[start][]pattern) []pattern {
	var possible [1 << 16]bool
	for s := range patterns {
		possible[int(s[0])<<8|int(s[1])] = true
	}
	var found []pattern
	for i := 0; i+len(start{}) <= len(body); i++ {
		if !possible[int(body[i])<<8|int(body[i+1])] {
			continue
		}
		for _, p := range patterns[start(body[i:])] {
			if bytes.HasPrefix(body[i:], p.bytes) {
				found = append(found, p)
			}
		}
	}
	return found
}

// forms are the ways in which a text could be written down.
func forms(secret string) map[string][]byte {
	all := map[string][]byte{
		"plain":    []byte(secret),
		"hex":      []byte(hex.EncodeToString([]byte(secret))),
		"UTF-16LE": wide(secret, binary.LittleEndian),
		"UTF-16BE": wide(secret, binary.BigEndian),
	}
	for shift := range 3 {
		for name, alphabet := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			all[fmt.Sprint(name, " shifted by ", shift)] = middle(secret, shift, alphabet)
		}
	}
	if id, err := strconv.ParseInt(secret, 10, 64); err == nil && id > math.MaxUint16 {
		all["int64, little end first"] = binary.LittleEndian.AppendUint64(nil, uint64(id))
		all["int64, big end first"] = binary.BigEndian.AppendUint64(nil, uint64(id))
	}
	if id, err := strconv.ParseInt(secret, 10, 32); err == nil && id > math.MaxUint16 {
		all["int32, little end first"] = binary.LittleEndian.AppendUint32(nil, uint32(id))
		all["int32, big end first"] = binary.BigEndian.AppendUint32(nil, uint32(id))
	}
	return all
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// middle is the part of a text's base64 that does not depend on what stands before and after it.
func middle(s string, shift int, alphabet *base64.Encoding) []byte {
	padded := append(make([]byte, shift), s...)
	padded = padded[:len(padded)/3*3]
	encoded := alphabet.EncodeToString(padded)
	return []byte(encoded[(shift*8+5)/6:])
}
