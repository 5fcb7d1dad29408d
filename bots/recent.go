package bots

import (
	"container/list"
	"sync"
)

// Recent is a bounded memory: it keeps the values of the keys used last and forgets the others. It
// may be used from many goroutines.
type Recent[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	order *list.List // of pair[K, V], the latest in front
	at    map[K]*list.Element
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

// NewRecent makes a memory for at most so many keys.
func NewRecent[K comparable, V any](most int) *Recent[K, V] {
	return &Recent[K, V]{most: most, order: list.New(), at: map[K]*list.Element{}}
}

// Get returns what is remembered under a key.
func (r *Recent[K, V]) Get(k K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.at[k]
	if !ok {
		var none V
		return none, false
	}
	r.order.MoveToFront(e)
	return e.Value.(pair[K, V]).value, true
}

// Add remembers a value unless the key has one, and returns the one that counts; the second result
// tells that it was new.
func (r *Recent[K, V]) Add(k K, v V) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.at[k]; ok {
		r.order.MoveToFront(e)
		return e.Value.(pair[K, V]).value, false
	}
	r.put(k, v)
	return v, true
}

// Set remembers a value, in place of an earlier one.
func (r *Recent[K, V]) Set(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.at[k]; ok {
		e.Value = pair[K, V]{k, v}
		r.order.MoveToFront(e)
		return
	}
	r.put(k, v)
}

// Forget drops a key.
func (r *Recent[K, V]) Forget(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.at[k]; ok {
		r.order.Remove(e)
		delete(r.at, k)
	}
}

func (r *Recent[K, V]) put(k K, v V) {
	r.at[k] = r.order.PushFront(pair[K, V]{k, v})
	if r.order.Len() > r.most {
		last := r.order.Back()
		r.order.Remove(last)
		delete(r.at, last.Value.(pair[K, V]).key)
	}
}
