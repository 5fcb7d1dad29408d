package discord

import "time"

// Hurry shortens how long a session may take to open, how long the gateway may be silent, the longest
// pause between two attempts, and how long a command waits for words; the end of Run waits for nothing.
func (b *Bot) Hurry(open, silence, pause, silent time.Duration) {
	b.bound = bounds{open: open, silence: silence, pause: pause, silent: silent}
}
