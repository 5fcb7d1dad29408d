package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// An envelope is what one sealed value looks like in a column:
//
//	0x01 | id of the key, 16 bytes | nonce, 12 bytes | AES-256-GCM of the padded words and tag
//
// Its associated data is table, column and row, so that an envelope moved to another place does
// not open. It never names the person: accounts of one person can be joined by moving keys.
const (
	envelopeMark = 0x01
	bundleMark   = 0x02
	idBytes      = 16
	keyBytes     = 32
	nonceBytes   = 12
	tagBytes     = 16
	headBytes    = 1 + idBytes + nonceBytes
	lengthBytes  = 4
)

// errSealed means that an envelope does not open here.
var errSealed = errors.New("sealed value was damaged, moved, or sealed with another key")

type keyID [idBytes]byte

// key seals and opens. Its bytes are kept to be wrapped again when the master key is changed.
type key struct {
	id    keyID
	bytes [keyBytes]byte
	aead  cipher.AEAD
}

func newKey(id keyID, secret []byte) (*key, error) {
	k := &key{id: id}
	if copy(k.bytes[:], secret) != keyBytes || len(secret) != keyBytes {
		return nil, fmt.Errorf("a key has %d bytes, not %d", keyBytes, len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	k.aead, err = cipher.NewGCM(block)
	return k, err
}

// place is where an envelope belongs.
type place struct{ table, column, row string }

func (p place) data() []byte { return []byte(p.table + "|" + p.column + "|" + p.row) }

// seal puts words into an envelope. Random nonces of 96 bits are safe for 2^32 envelopes a key
// (NIST SP 800-38D, 8.3); a person's key sees some hundreds, the store's own some millions.
func (k *key) seal(random io.Reader, at place, words []byte) ([]byte, error) {
	size := padded(lengthBytes + len(words))
	out := make([]byte, headBytes+size, headBytes+size+tagBytes)
	out[0] = envelopeMark
	copy(out[1:], k.id[:])
	nonce := out[1+idBytes : headBytes]
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("sealing %s.%s: %w", at.table, at.column, err)
	}
	plain := out[headBytes:]
	binary.BigEndian.PutUint32(plain, uint32(len(words)))
	copy(plain[lengthBytes:], words)
	return k.aead.Seal(out[:headBytes], nonce, plain, at.data()), nil // in place
}

// open returns the words of an envelope, or errSealed.
func (k *key) open(at place, envelope []byte) ([]byte, error) {
	id, ok := sealedWith(envelope)
	if !ok || id != k.id {
		return nil, fmt.Errorf("opening %s.%s of %s: %w", at.table, at.column, at.row, errSealed)
	}
	plain, err := k.aead.Open(nil, envelope[1+idBytes:headBytes], envelope[headBytes:], at.data())
	if err != nil || len(plain) < lengthBytes {
		return nil, fmt.Errorf("opening %s.%s of %s: %w", at.table, at.column, at.row, errSealed)
	}
	words := plain[lengthBytes:]
	n := binary.BigEndian.Uint32(plain)
	if uint64(n) > uint64(len(words)) {
		return nil, fmt.Errorf("opening %s.%s of %s: %w", at.table, at.column, at.row, errSealed)
	}
	return words[:n], nil
}

// sealedWith reads which key an envelope names.
func sealedWith(envelope []byte) (keyID, bool) {
	var id keyID
	if len(envelope) < headBytes+tagBytes || envelope[0] != envelopeMark {
		return id, false
	}
	copy(id[:], envelope[1:])
	return id, true
}

// padded rounds a length up to one of eight sizes, so that the size of a row tells little about the
// words in it: 64 bytes and every fourfold up to 1 MiB, and whole MiB above.
func padded(n int) int {
	const least, most = 64, 1 << 20
	for size := least; size <= most; size *= 4 {
		if n <= size {
			return size
		}
	}
	return (n + most - 1) / most * most
}

// bundle joins envelopes into one column: 0x02, then each with its length before it.
func bundle(envelopes [][]byte) []byte {
	size := 1
	for _, e := range envelopes {
		size += lengthBytes + len(e)
	}
	out := append(make([]byte, 0, size), bundleMark)
	for _, e := range envelopes {
		out = binary.BigEndian.AppendUint32(out, uint32(len(e)))
		out = append(out, e...)
	}
	return out
}

// unbundle is the reverse of bundle.
func unbundle(b []byte) ([][]byte, error) {
	if len(b) == 0 || b[0] != bundleMark {
		return nil, errSealed
	}
	var envelopes [][]byte
	for b = b[1:]; len(b) > 0; {
		if len(b) < lengthBytes {
			return nil, errSealed
		}
		n := binary.BigEndian.Uint32(b)
		b = b[lengthBytes:]
		if uint64(n) > uint64(len(b)) {
			return nil, errSealed
		}
		envelopes = append(envelopes, b[:n])
		b = b[n:]
	}
	return envelopes, nil
}
