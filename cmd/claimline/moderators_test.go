package main

import (
	"strings"
	"testing"
)

// Somebody at the machine sees who is in the team, hands out codes, and takes people out of it.
func TestTheTeamOnTheCommandLine(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env["MODERATORS"] = "telegram:4242, discord:4343"
	s := start(t, env)
	s.until("ready")
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"moderators"}, 0, "Admin 2: admin, moderator (discord)"},
		{[]string{"export", "--campaign", "tiktok", "--names", "--reason", "court"}, 2, "/moderators export tiktok"},
		{[]string{"export", "--campaign", "tiktok", "--names", "--reason", "court", "--agreed", "AAAA-BBBB-CCCC"}, 2, "/moderators export tiktok"},
		{[]string{"moderators", "add", "Jan", "moderator"}, 0, "/join "},
		{[]string{"moderators", "add", "Jan", "king"}, 2, `no role "king"`},
		{[]string{"moderators", "role", "admin 2", "safeguarding", "moderator"}, 0, ""},
		{[]string{"moderators", "list"}, 0, "Admin 2: moderator, safeguarding (discord)"},
		{[]string{"moderators", "remove", "Nobody"}, 1, "nobody in the team has that name"},
		{[]string{"moderators", "remove", "Admin 2"}, 0, ""},
		{[]string{"audit", "verify"}, 0, "entries in"},
	} {
		code, said := s.command(step.args...)
		if code != step.code || !strings.Contains(said, step.says) {
			t.Errorf("claimline %s: %d %s", strings.Join(step.args, " "), code, said)
		}
	}
	if _, said := s.command("moderators"); strings.Contains(said, "Admin 2") || strings.Contains(said, "4242") {
		t.Errorf("afterwards the team is\n%s", said)
	}
	s.end()
}
