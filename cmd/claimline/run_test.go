package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// started is a program that runs in this process.
type started struct {
	t     *testing.T
	env   map[string]string
	lines *bufio.Scanner // its log
	stop  context.CancelFunc
	ended chan int
}

// start runs the program in a folder of its own, with a Telegram that is not there.
func start(t *testing.T, env map[string]string) *started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	s := &started{t: t, env: env, lines: bufio.NewScanner(read), stop: stop, ended: make(chan int, 1)}
	p := &program{ctx, strings.NewReader(""), io.Discard, write, from(env), time.Now}
	go func() {
		s.ended <- run(p, []string{"run"})
		_ = write.Close()
	}()
	return s
}

func newEnv(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	return map[string]string{
		"DATA_DIR": filepath.Join(dir, "data"), "MASTER_KEY_FILE": filepath.Join(dir, "secrets", "master.key"),
		"TELEGRAM_BOT_TOKEN": "123:abc", "TELEGRAM_API_URL": "http://127.0.0.1:9", "LISTEN_ADDR": "127.0.0.1:0",
	}
}

// until reads the log up to a message that begins with some words, and returns it.
func (s *started) until(message string) map[string]any {
	s.t.Helper()
	for s.lines.Scan() {
		var line map[string]any
		if err := json.Unmarshal(s.lines.Bytes(), &line); err != nil {
			s.t.Fatalf("not a line of the log: %s", s.lines.Text())
		}
		if strings.HasPrefix(line["msg"].(string), message) {
			return line
		}
	}
	s.t.Fatalf("the log ended before %q", message)
	return nil
}

// end tells the program to stop, and expects it to do so in peace.
func (s *started) end() {
	s.t.Helper()
	s.stop()
	s.until("stopped")
	for s.lines.Scan() { // what comes after it must not wait for a reader
	}
	if code := <-s.ended; code != 0 {
		s.t.Errorf("stopped with exit code %d", code)
	}
}

// command runs one command of the program against the same data.
func (s *started) command(args ...string) (code int, said string) {
	s.t.Helper()
	var out bytes.Buffer
	p := &program{s.t.Context(), strings.NewReader(""), &out, &out, from(s.env), time.Now}
	return run(p, args), out.String()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// The program starts while Telegram is away, says so to whoever watches, and stops when told to.
func TestTheProgramWaitsForTelegramAndStopsInPeace(t *testing.T) {
	t.Parallel()
	s := start(t, newEnv(t))
	address, _ := s.until("claimline")["health"].(string)
	s.until("ready")
	if code, said := get(t, "http://"+address+"/livez"); code != http.StatusOK {
		t.Errorf("/livez: %d %s", code, said)
	}
	if code, said := get(t, "http://"+address+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(said, "Telegram") {
		t.Errorf("/readyz: %d %s", code, said)
	}
	s.end()
}

// freeAddress is an address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A second program with the same address and the same register waits until the first has gone, and
// then answers in its place.
func TestASecondProgramWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env["LISTEN_ADDR"] = freeAddress(t)
	first := start(t, env)
	first.until("ready")
	second := start(t, env)
	second.until("LISTEN_ADDR is in use")
	second.until("waiting for the lease")
	first.end()
	second.until("Telegram does not answer") // so it asks
	if code, said := get(t, "http://"+env["LISTEN_ADDR"]+"/livez"); code != http.StatusOK {
		t.Errorf("/livez of the second: %d %s", code, said)
	}
	second.end()
}

// An address that some other program has is told in words, and ends the program before it says
// anything to anybody.
func TestAnAddressThatIsTakenEndsTheProgram(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	env["LISTEN_ADDR"] = other.Addr().String()
	s := start(t, env)
	last := ""
	for s.lines.Scan() {
		if strings.Contains(s.lines.Text(), "Telegram does not answer") {
			t.Error("it asked Telegram")
		}
		last = s.lines.Text()
	}
	if code := <-s.ended; code != 1 || !strings.Contains(last, env["LISTEN_ADDR"]+" is in use by another program") {
		t.Errorf("it ended with code %d: %s", code, last)
	}
}

// What was begun in one run is opened by the next, beside a practice chat with a key of its own.
func TestRegisterAndPracticeLiveSideBySide(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	for range 2 {
		s := start(t, env)
		s.until("ready")
		if code, said := s.command("chat"); code != 0 || !strings.Contains(said, "[1] Start") {
			t.Fatalf("chat: %d\n%s", code, said)
		}
		if code, said := s.command("audit", "verify"); code != 0 {
			t.Errorf("audit verify: %d %s", code, said)
		}
		if code, said := s.command("campaign", "approve", "tiktok", "--by", "Anna Voorbeeld"); code != 1 || !strings.Contains(said, "gaps") {
			t.Errorf("approve: %d %s", code, said)
		}
		if code, said := s.command("doctor"); code != 0 || !strings.Contains(said, "the register opens") {
			t.Errorf("doctor: %d %s", code, said)
		}
		s.end()
	}
}

// Moved to another key or to another data folder, the program refuses in words.
func TestAnotherKeyOrFolderIsRefused(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	s := start(t, env)
	s.until("ready")
	s.end()
	key := env["MASTER_KEY_FILE"]
	env["MASTER_KEY_FILE"] = key + ".none"
	if code, said := s.command("run"); code != 1 || !strings.Contains(said, "missing") {
		t.Errorf("without its key: %d %s", code, said)
	}
	env["MASTER_KEY_FILE"] = key
	env["DATABASE_URL"] = "sqlite:" + filepath.Join(t.TempDir(), "other.db")
	if code, said := s.command("run"); code != 1 || !strings.Contains(said, "earlier one") {
		t.Errorf("an empty register beside an earlier one's files: %d %s", code, said)
	}
}
