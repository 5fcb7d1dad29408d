package leaks_test

import (
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"claimline/cmd/rehearse/leaks"
)

const (
	word   = "Oumiabcd"
	number = "5217829402"
	few    = 612345678 // a number that four bytes hold
)

// sealed is what sealed data looks like, with something in the middle of it.
func sealed(with ...byte) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	bytes := func() (b []byte) {
		for range 500 {
			b = append(b, byte(random.Uint32()))
		}
		return b
	}
	return slices.Concat(bytes(), with, bytes())
}

// What was written down is found in each of its forms, also in the middle of sealed data; what chance
// makes of that is not.
func TestSearch(t *testing.T) {
	t.Parallel()
	dump := hex.EncodeToString(sealed())
	for _, c := range []struct {
		label string
		body  []byte
		found bool
	}{
		{"nothing", sealed(), false},
		{"a word", sealed([]byte(word)...), true},
		{"a word in capitals", sealed([]byte(strings.ToUpper(word))...), true},
		{"a word in hexadecimal, amid more of it", []byte(hex.EncodeToString(sealed([]byte(word)...))), true},
		{"a word in base64, amid more of it", []byte(base64.StdEncoding.EncodeToString(sealed([]byte(word)...))), true},
		{"a word of two bytes a letter", sealed([]byte(strings.Join(strings.Split(word, ""), "\x00") + "\x00")...), true},
		{"a number", []byte("to " + number + "."), true},
		{"a number in sealed data", sealed([]byte(number)...), true},
		{"a number in eight bytes", sealed(binary.BigEndian.AppendUint64(nil, 5217829402)...), true},
		{"a number in eight bytes, little end first", sealed(binary.LittleEndian.AppendUint64(nil, 5217829402)...), true},
		{"a number in four bytes", sealed(binary.BigEndian.AppendUint32(nil, few)...), false},
		{"a number in hexadecimal, amid more of it", []byte(hex.EncodeToString(sealed([]byte(number)...))), true},
		{"a number's digits amid sealed data in hexadecimal", []byte(dump + number + dump), false},
		{"a number at the beginning of it", []byte("\\x" + number + dump), true},
		{"a number at the end of it", []byte(dump + number + "\t"), true},
		{"a number's digits within a time", []byte("\t179612" + number + "\n"), false},
		{"a number beside a short word", []byte("id" + number + "beef"), true},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			found := leaks.Search([]leaks.Place{{Name: "here", Body: c.body}}, []string{word, number, "612345678"})
			if (found != nil) != c.found {
				t.Errorf("found %q", found)
			}
		})
	}
}

// SQLite keeps a number in as few bytes as it needs; its rows tell it all the same, whatever it has.
func TestNumbersInRowsOfSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "claimline.db")
	for _, name := range []string{path, strings.TrimSuffix(path, ".db") + ".keys.db"} {
		db, err := sql.Open("sqlite3", "file:"+name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`CREATE TABLE "people" (id INTEGER, note TEXT, sealed BLOB)`); err != nil {
			t.Fatal(err)
		}
		if name == path {
			_, err = db.Exec("INSERT INTO people VALUES (?, NULL, ?), (5217829402, 'x', NULL)", few, sealed())
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	places, _, err := leaks.Database(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if found := leaks.Search(places, []string{"612345678", number, "612345679"}); len(found) != 2 {
		t.Errorf("found %q", found)
	}
}
