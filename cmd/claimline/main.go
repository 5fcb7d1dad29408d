// Command claimline takes down parents' claims: in chats on Telegram, and for practice in this
// terminal.
//
// This package is the only one that knows all others. It reads the environment (config.go), opens
// the store, the language files and the campaigns (service.go), and lets them run until it is told
// to stop (run.go, chat.go). Every other file is one subcommand. What goes wrong is said in words,
// once, here: exit code 0 is done, 1 is failed, 2 is wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// commands is the command line. It names what works today.
type commands struct {
	Start startCmd `cmd:"" default:"1" hidden:""`

	Run        runCmd        `cmd:"" help:"Run what is configured, until stopped."`
	Chat       chatCmd       `cmd:"" help:"Talk to the program in this terminal: practice data only, kept in DATA_DIR/practice.db."`
	Campaign   campaignCmd   `cmd:"" help:"Check, show, approve, pause or close a campaign."`
	Export     exportCmd     `cmd:"" help:"Write the register, or the practice store, as a file."`
	Moderators moderatorsCmd `cmd:"" help:"Who is in the team that settles doubtful submissions."`
	Audit      auditCmd      `cmd:"" help:"Verify the audit trail."`
	Doctor     doctorCmd     `cmd:"" help:"Tell what is missing, and what happens meanwhile."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

const about = `Parents join a collective privacy claim by chatting with a bot.

Without a command it runs what is configured. With no bot token it opens a practice chat in this terminal.

These variables are read from the environment and from a file .env in this folder:
`

// program is what a command needs from outside.
type program struct {
	ctx  context.Context
	in   io.Reader
	out  io.Writer
	errs io.Writer
	look func(string) (string, bool)
	now  func() time.Time
}

// config reads the configuration. Its error holds every fault in it.
func (p *program) config() (Config, error) {
	look, err := environment(p.look, ".env")
	if err != nil {
		return Config{}, err
	}
	return readConfig(look)
}

// say writes a line for the person at the terminal.
func (p *program) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once. One that comes with the first is the same one: shells
	// and supervisors send it to a program and to its group.
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Second, stop) })
	code := run(&program{ctx, os.Stdin, os.Stdout, os.Stderr, os.LookupEnv, clock()}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries out a command line and returns the exit code.
func run(p *program, args []string) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("claimline"), kong.Description(about+listSettings()), kong.Writers(p.out, p.errs),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}), kong.Bind(p))
	if err != nil {
		panic(err) // the structs above are malformed: no input causes this
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(p.errs, "claimline: %s\nclaimline --help lists the commands.\n", err)
		return 2
	}
	err = parsed.Run()
	var usage usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintf(p.errs, "claimline: %s\n", err)
		return 2
	case err != nil:
		fmt.Fprintf(p.errs, "claimline: %s\n", err)
		return 1
	}
	return 0
}

// usageError is a command line that cannot be meant.
type usageError string

func (e usageError) Error() string { return string(e) }

// listSettings lists the variables for --help.
func listSettings() string {
	var b strings.Builder
	for _, s := range settings() {
		name := s.name
		if s.secret {
			name += "[_FILE]"
		}
		fmt.Fprintf(&b, "\n    %-26s %s", name, s.help)
		if s.standard != "" {
			fmt.Fprintf(&b, " (%s)", s.standard)
		}
	}
	return b.String()
}
