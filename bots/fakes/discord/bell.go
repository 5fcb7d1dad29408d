package discord

// bell wakes everybody who waits for a change. It is used under the server's lock.
type bell struct{ rings chan struct{} }

func (b *bell) wait() <-chan struct{} {
	if b.rings == nil {
		b.rings = make(chan struct{})
	}
	return b.rings
}

func (b *bell) ring() {
	if b.rings != nil {
		close(b.rings)
		b.rings = nil
	}
}
