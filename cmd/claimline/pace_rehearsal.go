//go:build rehearsal

package main

import (
	"fmt"
	"os"
	"runtime/pprof"

	"claimline/bots/discord"
	"claimline/bots/telegram"
)

// pace is how fast the program calls the platforms: no limit where REHEARSAL_UNPACED is set, because a
// rehearsal that measures the program would measure the platforms' limits instead.
func pace() (telegram.Limits, discord.Limits) {
	if os.Getenv("REHEARSAL_UNPACED") != "" {
		return telegram.Limits{}, discord.Limits{}
	}
	return telegram.Published(), discord.Published()
}

// profile writes where the processor's time goes to the file that REHEARSAL_PROFILE names, until it
// is stopped.
func profile() (stop func()) {
	name := os.Getenv("REHEARSAL_PROFILE")
	if name == "" {
		return func() {}
	}
	f, err := os.Create(name)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "no profile:", err)
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}
}
