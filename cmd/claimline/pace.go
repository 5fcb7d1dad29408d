//go:build !rehearsal

package main

import (
	"claimline/bots/discord"
	"claimline/bots/telegram"
)

// pace is how fast the program calls the platforms.
func pace() (telegram.Limits, discord.Limits) { return telegram.Published(), discord.Published() }

// profile is for rehearsals, see pace_rehearsal.go.
func profile() (stop func()) { return func() {} }
