package storage

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
)

func testKey(tb testing.TB) *key {
	tb.Helper()
	var drawn [idBytes + keyBytes]byte
	if _, err := rand.Read(drawn[:]); err != nil {
		tb.Fatal(err)
	}
	k, err := newKey(keyID(drawn[:idBytes]), drawn[idBytes:])
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

var here = place{"conversations", "state", "k3c9"}

func TestSealedOpens(t *testing.T) {
	t.Parallel()
	k := testKey(t)
	for _, words := range []string{"", "Anna Voorbeeld", "\x00\xff", strings.Repeat("ü", 40000), strings.Repeat("x", 3<<20)} {
		sealed, err := k.seal(rand.Reader, here, []byte(words))
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.open(here, sealed)
		if err != nil || string(got) != words {
			t.Errorf("%d bytes came back as %d, %v", len(words), len(got), err)
		}
	}
}

// An envelope opens with its own key, at its own place, unaltered, and in no other way.
func TestSealedOpensOnlyHere(t *testing.T) {
	t.Parallel()
	k := testKey(t)
	sealed, err := k.seal(rand.Reader, here, []byte("Anna Voorbeeld"))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []place{{"submissions", "state", "k3c9"}, {"conversations", "body", "k3c9"}, {"conversations", "state", "k3c8"}, {}} {
		if _, err := k.open(at, sealed); !errors.Is(err, errSealed) {
			t.Errorf("opened at %v: %v", at, err)
		}
	}
	if _, err := testKey(t).open(here, sealed); !errors.Is(err, errSealed) {
		t.Errorf("opened with another key: %v", err)
	}
	for i := range sealed {
		sealed[i] ^= 1
		if _, err := k.open(here, sealed); !errors.Is(err, errSealed) {
			t.Errorf("opened with byte %d altered: %v", i, err)
		}
		sealed[i] ^= 1
	}
	for n := range sealed {
		if _, err := k.open(here, sealed[:n]); !errors.Is(err, errSealed) {
			t.Errorf("opened when cut to %d bytes: %v", n, err)
		}
	}
}

// Sizes fall into eight classes, so that the length of a row tells little.
func TestPadded(t *testing.T) {
	t.Parallel()
	sizes := map[int]bool{}
	for n := 0; n <= 1<<20; n += 61 {
		size := padded(n)
		if size < n {
			t.Fatalf("%d bytes do not fit into %d", n, size)
		}
		sizes[size] = true
	}
	if len(sizes) != 8 {
		t.Errorf("%d classes up to 1 MiB, want 8", len(sizes))
	}
	for n, want := range map[int]int{0: 64, 64: 64, 65: 256, 1<<20 + 1: 2 << 20, 2 << 20: 2 << 20} {
		if got := padded(n); got != want {
			t.Errorf("padded(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	for _, want := range [][][]byte{nil, {{1}}, {{1, 2}, {}, {3}}} {
		got, err := unbundle(bundle(want))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%v came back as %v, %v", want, got, err)
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("%v came back as %v", want, got)
			}
		}
	}
}

// Whatever a damaged or hostile database holds: an error, never a panic, and never words that were
// not sealed here.
func FuzzOpen(f *testing.F) {
	k := testKey(f)
	sealed, err := k.seal(rand.Reader, here, []byte("Anna Voorbeeld"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, {envelopeMark}, sealed[:headBytes], sealed[:len(sealed)-1], append(sealed[:1:1], make([]byte, 200)...), bundle([][]byte{sealed})} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if words, err := k.open(here, b); err == nil && !bytes.Equal(b, sealed) {
			t.Errorf("opened to %q", words)
		}
	})
}

// FuzzUnbundle also reads states, whose envelopes are hostile or real.
func FuzzUnbundle(f *testing.F) {
	for _, seed := range [][]byte{nil, {bundleMark}, {bundleMark, 0, 0, 0, 1}, {bundleMark, 255, 255, 255, 255, 1}, bundle([][]byte{{1}, {2, 3}})} {
		f.Add(seed)
	}
	k := testKey(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		envelopes, err := unbundle(b)
		if err == nil && len(b) > 0 && !bytes.Equal(bundle(envelopes), b) {
			t.Errorf("%x is not what its envelopes make", b)
		}
		if _, _, err := openState(keyset{"self": k}, "k3c9", b); err == nil && len(envelopes) > 0 {
			t.Error("a state was opened that nobody sealed")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := testKey(b)
	words := bytes.Repeat([]byte("x"), 200)
	for b.Loop() {
		if _, err := k.seal(rand.Reader, here, words); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	k := testKey(b)
	sealed, err := k.seal(rand.Reader, here, bytes.Repeat([]byte("x"), 200))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := k.open(here, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
