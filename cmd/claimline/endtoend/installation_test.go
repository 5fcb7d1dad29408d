package endtoend

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/intake/campaign"
	"claimline/storage"
	"claimline/storage/testdb"
)

// The bots' tokens. They are found nowhere but in the configuration.
const (
	token        = "987654321:AAF-canary-token-of-the-end-to-end-tests_0"
	discordToken = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gcanry.canary-token-of-the-end-to-end-tests_1"
)

// patience bounds every wait for something that must happen. A machine that is busy is forgiven.
const patience = 90 * time.Second

// onBoth runs a test on both databases, side by side.
func onBoth(t *testing.T, test func(t *testing.T, database func(testing.TB) string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, testdb.SQLite) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, testdb.Postgres) })
}

// world is how the platforms behave.
type world struct {
	telegram telegram.Options
	discord  discord.Options
}

// installation is what an operator has: a database, folders, two bots, an address for the private
// page, and the program while it runs.
type installation struct {
	testing.TB
	address   string // of the database
	dir       string // data, key and log
	env       []string
	clock     *clock
	telegram  *telegram.Server
	discord   *discord.Server
	public    string // what people's browsers call the program
	campaigns map[string]*campaign.Campaign
	store     *storage.Store // a window of the test's own
	looking   chan struct{}  // room at it: a server has only so many connections
	db        *sql.DB        // another one, for reading plain columns
	hearing   *hearing
	process   *exec.Cmd // nil while the program does not run
	started   time.Time
	sessions  int // of Discord's gateway, before that
}

// install prepares everything for a start; the campaign is a draft.
func install(t testing.TB, database func(testing.TB) string, clock *clock, options world) *installation {
	t.Helper()
	in := &installation{TB: t, address: database(t), dir: t.TempDir(), clock: clock, hearing: &hearing{}, looking: make(chan struct{}, 4)}
	options.telegram.Token, options.telegram.Now = token, in.clock.now
	in.telegram = telegram.Start(t, options.telegram)
	options.discord.Token, options.discord.Now = discordToken, in.clock.now
	in.discord = discord.Start(t, options.discord)
	listen := reserve(t)
	in.public = "http://" + listen
	campaigns := filledCampaigns(t)
	in.campaigns = readCampaigns(t, campaigns)
	in.env = []string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + in.address, "DATA_DIR=" + in.data(), "MASTER_KEY_FILE=" + in.key(),
		"TELEGRAM_BOT_TOKEN=" + token, "TELEGRAM_API_URL=" + in.telegram.URL(), "LISTEN_ADDR=" + listen,
		"DISCORD_BOT_TOKEN=" + discordToken, "DISCORD_API_URL=" + in.discord.URL(), "PUBLIC_URL=" + in.public,
		"CAMPAIGNS_DIR=" + campaigns, "LOG_LEVEL=debug", "LOG_FORMAT=json", "TEST_CLOCK=" + clock.file,
	}
	in.look()
	t.Cleanup(func() {
		if in.process != nil {
			in.kill()
		}
		if t.Failed() {
			t.Logf("the end of the program's log:\n%s", in.tail(40))
		}
	})
	return in
}

// reserve finds a port that nobody has, and keeps it from everybody but who listens on it: a socket
// that is bound and does not listen is in nobody's way who asks for this very address.
func reserve(t testing.TB) (address string) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("reserving a port: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Close(socket) })
	err = errors.Join(syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1),
		syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	if err != nil {
		t.Fatalf("reserving a port: %v", err)
	}
	at, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatalf("reserving a port: %v", err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.(*syscall.SockaddrInet4).Port))
}

func (in *installation) data() string { return filepath.Join(in.dir, "data") }
func (in *installation) key() string  { return filepath.Join(in.dir, "secrets", "master.key") }
func (in *installation) log() string  { return filepath.Join(in.dir, "log") }

// look opens the test's own windows on the database, which begins it.
func (in *installation) look() {
	in.Helper()
	var err error
	in.store, err = storage.Open(context.Background(), storage.Options{URL: in.address, DataDir: in.data(), MasterKeyFile: in.key(), Now: in.clock.now})
	if err != nil {
		in.Fatalf("opening the store: %v", err)
	}
	driver, source := "pgx", in.address
	if path, ok := strings.CutPrefix(in.address, "sqlite:"); ok {
		driver, source = "sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(20000)"
	}
	if in.db, err = sql.Open(driver, source); err != nil {
		in.Fatalf("opening the database: %v", err)
	}
	in.db.SetMaxOpenConns(4)
	in.Cleanup(func() {
		if err := in.db.Close(); err != nil {
			in.Errorf("closing the database: %v", err)
		}
		if err := in.store.Close(); err != nil {
			in.Errorf("closing the store: %v", err)
		}
	})
}

// command runs one command of the program and returns what it printed.
func (in *installation) command(args ...string) string {
	in.Helper()
	var out, errs bytes.Buffer
	c := in.prepare(args...)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		in.Fatalf("claimline %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	in.note(errs.Bytes())
	return out.String()
}

// move takes the campaigns from draft to where they shall stand.
func (in *installation) move(to campaign.Status) {
	in.Helper()
	for id := range in.campaigns {
		switch to {
		case campaign.Open, campaign.Paused:
			in.command("campaign", "approve", id, "--by", "Test")
		case campaign.Closed:
			in.command("campaign", "close", id, "--by", "Test")
		}
		if to == campaign.Paused {
			in.command("campaign", "pause", id, "--by", "Test")
		}
	}
}

// note adds what a command said to the log, which is searched in the end.
func (in *installation) note(said []byte) {
	in.Helper()
	f := in.openLog()
	defer f.Close()
	if _, err := f.Write(said); err != nil {
		in.Fatalf("writing the log: %v", err)
	}
}

func (in *installation) prepare(args ...string) *exec.Cmd {
	c := exec.Command(executable, args...)
	c.Env, c.Dir = in.env, in.dir
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // no process outlives the tests
	return c
}

func (in *installation) openLog() *os.File {
	in.Helper()
	f, err := os.OpenFile(in.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		in.Fatalf("opening the log: %v", err)
	}
	return f
}

// start runs the program. It does not wait for anything.
func (in *installation) start() {
	in.Helper()
	f := in.openLog()
	defer f.Close()
	in.process = in.prepare("run")
	in.process.Stdout, in.process.Stderr = f, f
	in.started, in.sessions = in.clock.now(), in.discord.Calls(discord.Identified)
	if err := in.process.Start(); err != nil {
		in.Fatalf("starting the program: %v", err)
	}
}

// stop asks the program to end, and expects it to do so in peace.
func (in *installation) stop() {
	in.Helper()
	if err := in.process.Process.Signal(syscall.SIGTERM); err != nil {
		in.Fatalf("stopping the program: %v", err)
	}
	if err := in.process.Wait(); err != nil {
		in.Errorf("the program ended with %v", err)
	}
	in.process = nil
}

// away stops the program, lets a time pass during which nobody polls, and starts it again.
func (in *installation) away(d time.Duration) {
	in.Helper()
	in.stop()
	in.clock.advance(d)
	in.start()
}

// pass lets a time pass during which the program runs and nobody says anything. A program that saw
// the clock jump would believe that it had been away.
func (in *installation) pass(d time.Duration) {
	in.Helper()
	in.stop()
	in.clock.advance(d)
	now := strconv.FormatInt(in.clock.now().Unix(), 10)
	if err := in.store.SetSetting(context.Background(), lastPoll, now); err != nil {
		in.Fatal(err)
	}
	in.wasHeard(now)
	in.start()
}

// backAgain waits until the program has asked everybody again: only then it notes a poll.
func (in *installation) backAgain(ctx context.Context) {
	in.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := in.telegram.Wait(ctx, func([]telegram.Entry) bool {
		text, err := in.store.Setting(ctx, lastPoll)
		seconds, _ := strconv.ParseInt(text, 10, 64)
		return err == nil && !time.Unix(seconds, 0).Before(in.started.Truncate(time.Second))
	})
	if err != nil {
		in.Fatalf("the program did not come back: %v", err)
	}
}

// lastPoll is where the program keeps the time of its last poll.
const lastPoll = "telegram.last-poll"

// kill ends the program at once.
func (in *installation) kill() {
	in.Helper()
	_ = in.process.Process.Kill() // fails where it has ended already
	_ = in.process.Wait()         // returns that it was killed
	in.process = nil
}

func (in *installation) tail(lines int) string {
	text, err := os.ReadFile(in.log())
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// bytes writes a constant in the database's own way.
func (in *installation) bytes(b []byte) string {
	if strings.HasPrefix(in.address, "sqlite:") {
		return "x'" + hex.EncodeToString(b) + "'"
	}
	return `'\x` + hex.EncodeToString(b) + "'"
}
