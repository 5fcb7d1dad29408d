//go:build !rehearsal

package main

import "time"

// clock is the machine's own. Only a build for rehearsals has another, see clock_rehearsal.go.
func clock() func() time.Time { return time.Now }
