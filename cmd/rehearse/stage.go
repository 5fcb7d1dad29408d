package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/leaks"
	"claimline/cmd/rehearse/people"
	"claimline/cmd/rehearse/wire"
	"claimline/intake/campaign"
	"claimline/storage/testdb/cluster"
)

// The bots' tokens. They may be found nowhere but in the configuration.
const (
	telegramToken = "987654321:AAF-canary-token-of-the-rehearsal_0"
	discordToken  = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gcanry.canary-token-of-the-rehearsal_1"
)

// tiktok is the campaign that is played.
const tiktok = "tiktok"

// stage is what a rehearsal needs around the program: two platforms, a database and two folders.
type stage struct {
	dir      string
	program  string
	env      []string
	public   string // what people's browsers call the program
	address  string // of the database
	server   *cluster.Server
	drop     func(context.Context) error
	telegram *telegram.Server
	discord  *discord.Server
	process  *process
	lives    lives
	cast     []player
	team     []colleague
	editions []*campaign.Campaign // what the campaign's files have said, the first one first

	equipment equipment
}

// player is a parent and the chats that are theirs.
type player struct {
	*people.Parent
	telegram int64            // the chat's id; 0 for none
	discord  string           // the channel's id; "" for none
	id       string           // theirs, on the platform
	phone    *telegram.Person // nil on Discord
	client   *discord.Person  // nil on Telegram
	talk     func(context.Context) error
	pressed  func() []pressed
	seed     string // of who they are on the platform
}

// build makes the program from the sources as they are now, or as flags of go build change them.
func build(ctx context.Context, dir string, flags ...string) (string, error) {
	program := filepath.Join(dir, "claimline")
	args := append(append([]string{"build", "-tags", "rehearsal", "-o", program}, flags...), "claimline/cmd/claimline")
	out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return program, nil
}

// set prepares everything for a start: the campaign is open, and the people are there.
func (r row) set(ctx context.Context, program, dir string, list []fault) (*stage, error) {
	s := &stage{program: program}
	var err error
	if s.dir, err = os.MkdirTemp(dir, "stage-"); err != nil {
		return nil, err
	}
	err = errors.Join(s.findDatabase(ctx, r.DB), s.openPlatforms(r), s.configure(r))
	if err == nil {
		err = s.equip(list)
	}
	if err == nil {
		err = s.open(ctx)
	}
	if err == nil {
		err = errors.Join(s.hire(ctx, r), s.invite(r))
	}
	if err != nil {
		return nil, errors.Join(err, s.clear(ctx))
	}
	return s, nil
}

func (s *stage) findDatabase(ctx context.Context, kind string) (err error) {
	if kind == "sqlite" {
		s.address = "sqlite:" + filepath.Join(s.dir, "data", "claimline.db")
		return nil
	}
	if s.server, err = cluster.Find(); err != nil {
		return err
	}
	s.address, s.drop, err = s.server.Create(ctx)
	return err
}

// openPlatforms starts both, with their real limits or none. A second of Telegram's long poll takes a tenth.
func (s *stage) openPlatforms(r row) (err error) {
	onTelegram, onDiscord := telegram.PublishedRates(), discord.PublishedRates()
	if r.Unpaced {
		onTelegram, onDiscord = nil, nil
	}
	trim := trimTelegram
	if r.PowerLoss > 0 { // every update counts that Telegram was told to forget
		trim = nil
	}
	s.telegram, err = telegram.New(telegram.Options{Token: telegramToken, PollSecond: time.Second / 10, Rates: onTelegram, Trim: trim})
	if err != nil {
		return err
	}
	now := time.Now
	if r.clock != nil {
		now = r.clock.now
	}
	s.discord, err = discord.New(discord.Options{Token: discordToken, Rates: onDiscord, Trim: trimDiscord, Now: now})
	return err
}

func (s *stage) configure(r row) error {
	listen, err := wire.FreeAddress()
	if err != nil {
		return err
	}
	s.public = "http://" + listen
	campaigns := filepath.Join(s.dir, "campaigns")
	if err := people.Fill(campaigns); err != nil {
		return err
	}
	if s.telegram == nil || s.discord == nil {
		return nil // told already
	}
	s.env = []string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + s.address, "DATA_DIR=" + filepath.Join(s.dir, "data"), "MASTER_KEY_FILE=" + filepath.Join(s.dir, "secrets", "master.key"),
		"TELEGRAM_BOT_TOKEN=" + telegramToken, "TELEGRAM_API_URL=" + s.telegram.URL(), "LISTEN_ADDR=" + listen,
		"DISCORD_BOT_TOKEN=" + discordToken, "DISCORD_API_URL=" + s.discord.URL(), "PUBLIC_URL=" + s.public,
		"CAMPAIGNS_DIR=" + campaigns, "LOG_LEVEL=debug", "LOG_FORMAT=json",
	}
	if r.Unpaced {
		s.env = append(s.env, "REHEARSAL_UNPACED=1")
	}
	if r.clock != nil {
		s.env = append(s.env, "REHEARSAL_CLOCK="+r.clock.file)
	}
	return nil
}

// errNeverCame is the outcome of a program that refuses to run, or cannot.
var errNeverCame = errors.New("the program never came to Telegram")

// open lets the program begin its store, and opens the campaign in it.
func (s *stage) open(ctx context.Context) error {
	if err := s.start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.came(ctx); err != nil {
		return err
	}
	if err := s.kill(ctx); err != nil {
		return err
	}
	_, err := s.command(ctx, "campaign", "approve", tiktok, "--by", "Rehearsal")
	return err
}

// came waits for the first poll of the program that was started, and no longer than it lives.
func (s *stage) came(ctx context.Context) error {
	living, cancel := context.WithCancel(ctx)
	defer cancel()
	process := s.process
	go func() {
		select {
		case <-process.ended:
			cancel()
		case <-living.Done():
		}
	}()
	if err := s.telegram.WaitPoll(living); err != nil {
		return fmt.Errorf("%w: %w", errNeverCame, err)
	}
	return nil
}

// invite makes the people and gives each a phone or a computer.
func (s *stage) invite(r row) error {
	c, err := people.Load(filepath.Join(s.dir, "campaigns"), tiktok)
	if err != nil {
		return err
	}
	s.editions = []*campaign.Campaign{c}
	for i, p := range people.Invent(c, r.Seed, r.People, r.Cast) {
		seed := fmt.Sprint("rehearsal ", r.Seed, " parent ", i)
		if i*r.Discord/100 == (i+1)*r.Discord/100 || !p.Kind.OnDiscord() {
			phone := s.telegram.Person(seed, telegram.Profile{FirstName: "Canary", Language: "en"})
			texter := people.NewTexter(p, phone, s.public)
			texter.Foreign = s.foreign(i)
			s.cast = append(s.cast, player{Parent: p, telegram: phone.ID(), id: fmt.Sprint(phone.ID()), phone: phone, talk: texter.Talk, seed: seed,
				pressed: func() []pressed { return telegramPresses(phone) }})
			continue
		}
		client := s.discord.Person(seed, discord.Profile{Locale: "en-GB"})
		visitor := people.NewVisitor(p, client, s.public)
		s.cast = append(s.cast, player{Parent: p, discord: client.ChannelID(), id: client.ID(), client: client, seed: seed, pressed: func() []pressed { return discordPresses(&client.Member) },
			talk: func(ctx context.Context) error {
				// Discord lists no command before the bot has named it.
				err := s.discord.Wait(ctx, func([]discord.Entry) bool { return s.discord.Calls(discord.SetCommands) > 0 })
				if err != nil {
					return err
				}
				return visitor.Talk(ctx)
			}})
	}
	return nil
}

// talk lets everybody talk until they are done. Who is not done is told of in words, by number.
func (s *stage) talk(ctx context.Context, atOnce int, done func()) map[int]string {
	var all errgroup.Group
	if atOnce > 0 {
		all.SetLimit(atOnce)
	}
	undone := make([]string, len(s.cast))
	over, worked := make(chan struct{}), make(chan error, 1)
	go func() { worked <- s.work(ctx, over) }()
	for i, p := range s.cast {
		all.Go(func() error {
			if err := p.talk(ctx); err != nil {
				undone[i] = err.Error()
			}
			done()
			return nil
		})
	}
	_ = all.Wait()
	close(over)
	left := map[int]string{}
	if err := <-worked; err != nil {
		left[-1] = err.Error()
	}
	for i, why := range undone {
		if why != "" {
			left[s.cast[i].Number] = why
		}
	}
	return left
}

// command runs one command of the program and returns what it printed.
func (s *stage) command(ctx context.Context, args ...string) (string, error) {
	var out, errs bytes.Buffer
	c := exec.CommandContext(ctx, s.program, args...)
	c.Env, c.Dir, c.Stdout, c.Stderr = s.env, s.dir, &out, &errs
	err := c.Run()
	if err == nil {
		err = s.note(errs.Bytes())
	}
	if err != nil {
		return out.String(), fmt.Errorf("claimline %s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

func (s *stage) log() string { return filepath.Join(s.dir, "log") }

// note adds what a command said to the log, which is searched in the end.
func (s *stage) note(said []byte) error {
	f, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(said)
	return errors.Join(err, f.Close())
}

// places gathers everything that the program wrote.
func (s *stage) places(ctx context.Context) ([]leaks.Place, error) {
	all, err := leaks.Folder(s.dir)
	if err != nil || s.server == nil {
		return all, err
	}
	rows, _, err := leaks.Database(ctx, s.address)
	return append(all, rows...), err
}

// gather ends the rehearsal and collects the evidence. The process gets no chance to tidy up.
func (s *stage) gather(ctx context.Context) (*evidence, error) {
	if err := s.kill(ctx); err != nil {
		return nil, err
	}
	e := &evidence{cast: s.cast, team: s.team, editions: s.editions, telegram: s.telegram.History(), discord: s.discord.History()}
	for _, v := range s.telegram.Violations() {
		e.violations = append(e.violations, "Telegram: "+v.String())
	}
	for _, v := range s.discord.Violations() {
		e.violations = append(e.violations, "Discord: "+v.String())
	}
	for _, p := range s.cast {
		e.presses = append(e.presses, p.pressed()...)
	}
	for _, c := range s.team {
		e.presses = append(e.presses, c.pressed()...)
	}
	var err error
	if e.places, err = s.places(ctx); err != nil {
		return nil, err
	}
	out, err := s.command(ctx, "export", "--campaign", tiktok, "--names", "--reason", "rehearsal", "--all")
	if err != nil {
		return nil, err
	}
	if e.register, err = people.ReadRegister(strings.NewReader(out)); err != nil {
		return nil, err
	}
	_, e.audit = s.command(ctx, "audit", "verify")
	if e.entries, err = s.trailOfAudit(ctx); err != nil {
		return nil, err
	}
	if out, err = s.command(ctx, "doctor", "--parked", "--reason", "rehearsal"); err != nil {
		return nil, err
	}
	e.parked, err = parkedUpdates(out)
	return e, err
}

// clear takes the stage down.
func (s *stage) clear(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	err := s.kill(ctx)
	if s.telegram != nil {
		s.telegram.Close()
	}
	if s.discord != nil {
		s.discord.Close()
	}
	err = errors.Join(err, s.equipment.close())
	if s.drop != nil {
		err = errors.Join(err, s.drop(ctx))
	}
	return err
}
