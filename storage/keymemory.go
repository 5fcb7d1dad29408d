package storage

// What delivery needs at hand between the commit of a letter and its delivery, which is a moment.
// Everything sealed with a key is gone from the register when the key is destroyed, so remembering
// it a little longer opens nothing. At a thousand all are forgotten. What is kept is the secret and
// not the key that is ready for use, which is twenty times as large.
const remembered = 1000

type secret [keyBytes]byte

// remember keeps a key at hand, so that Due needs no statement for it.
func (r *keyring) remember(k *key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= remembered {
		r.known = map[keyID]secret{}
	}
	r.known[k.id] = k.bytes
}

// carry notes which key sealed a letter that is handed out, so that Delivered needs one statement.
func (r *keyring) carry(letter string, id keyID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.letters == nil || len(r.letters) >= remembered {
		r.letters = map[string]keyID{}
	}
	r.letters[letter] = id
}

// carried returns the key of a letter that was handed out; nil when it is not known any more.
func (r *keyring) carried(letter string) (*key, error) {
	r.mu.Lock()
	id, ok := r.letters[letter]
	delete(r.letters, letter)
	r.mu.Unlock()
	if !ok {
		return nil, nil
	}
	return r.recall(id)
}

// recall makes a key of what is remembered; nil when it is not.
func (r *keyring) recall(id keyID) (*key, error) {
	r.mu.Lock()
	s, ok := r.known[id]
	r.mu.Unlock()
	if !ok {
		return nil, nil
	}
	return newKey(id, s[:])
}
