package main

import (
	"net"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/storage"
)

// installed is a program that was started once and ended, and so has a register.
func installed(t *testing.T) *started {
	t.Helper()
	s := start(t, newEnv(t))
	s.until("ready")
	s.end()
	return s
}

// says expects what the doctor says, and whether anything is so wrong that the program would not work.
func (s *started) says(t *testing.T, code int, words ...string) {
	t.Helper()
	got, said := s.command("doctor")
	if got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%q is missing:\n%s", w, said)
		}
	}
	if strings.Contains(said, s.env["TELEGRAM_BOT_TOKEN"]) {
		t.Errorf("the token is said:\n%s", said)
	}
}

// The doctor finds what would keep a start from working: it asks Telegram, and tries the address.
func TestTheDoctorTriesWhatAStartNeeds(t *testing.T) {
	t.Parallel()
	s := installed(t)
	s.says(t, 0, "Telegram does not answer at http://127.0.0.1:9", "the register opens")

	server := fake.Start(t, fake.Options{})
	s.env["TELEGRAM_API_URL"], s.env["TELEGRAM_BOT_TOKEN"] = server.URL(), fake.Token
	s.says(t, 0, "it is that of @ExampleBot", "health can be answered")
	server.SetWebhook("https://example.org/hook")
	s.says(t, 1, "a webhook is set for @ExampleBot", "one thing would stop")
	server.SetWebhook("")
	server.SetToken("123456789:another-token-0000000000000000000000")
	s.says(t, 1, "Telegram refuses the token (getMe: unauthorized (401))")

	server.SetToken(fake.Token)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	s.env["LISTEN_ADDR"] = other.Addr().String()
	s.says(t, 0, "is in use. If that is this program")
	s.env["LISTEN_ADDR"] = "192.0.2.1:8080" // an address that no machine has
	s.says(t, 1, "wrong    LISTEN_ADDR")
	s.env["LISTEN_ADDR"] = "127.0.0.1:99999"
	s.says(t, 1, "LISTEN_ADDR must be host:port")
}

// What the program could not handle is counted; who looks at it says why, and that is kept.
func TestTheDoctorTellsWhatIsParked(t *testing.T) {
	t.Parallel()
	s := installed(t)
	if _, said := s.command("doctor"); strings.Contains(said, "parked") {
		t.Errorf("parked before anything was:\n%s", said)
	}
	config, err := readConfig(from(s.env))
	if err != nil {
		t.Fatal(err)
	}
	at := config.register()
	at.Now = time.Now
	store, err := storage.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	for _, update := range []string{`{"update_id":7,"message":{}}`, "cut off {"} {
		if err := store.Park(t.Context(), "telegram", intake.Account("telegram:7"), []byte(update)); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	s.says(t, 0, "could not handle: 2.", "14 days")
	if code, said := s.command("doctor", "--parked"); code != 2 || strings.Contains(said, "update_id") {
		t.Errorf("without a reason: %d %s", code, said)
	}
	code, said := s.command("doctor", "--parked", "--reason", "to find the mistake")
	if code != 0 || !strings.Contains(said, `"update":"{\"update_id\":7,\"message\":{}}"`) || strings.Count(said, `"platform":"telegram"`) != 2 {
		t.Errorf("with one: %d %s", code, said)
	}
	if code, said := s.command("audit", "verify"); code != 0 {
		t.Errorf("audit verify: %d %s", code, said)
	}
}
