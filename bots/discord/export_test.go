package discord

import "time"

// Hurry shortens how long a session may take to open, how long the gateway may be silent, and the
// longest pause between two attempts; the end of Run waits for nothing.
func (b *Bot) Hurry(open, silence, pause time.Duration) {
	b.bound = bounds{open: open, silence: silence, pause: pause}
}
