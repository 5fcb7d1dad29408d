package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"claimline/bots/discord"
	"claimline/bots/telegram"
	"claimline/intake"
	"claimline/storage"
)

// Config is everything that can be said to the program from outside, besides its command line. It
// is read once, here, and checked whole. Paths in it are absolute.
//
// A Secret may also stand in a file: DATABASE_URL_FILE names one for DATABASE_URL.
type Config struct {
	DatabaseURL          Secret `env:"DATABASE_URL" help:"postgres://… or sqlite:PATH. Without it: claimline.db in DATA_DIR"`
	DataDir              string `env:"DATA_DIR" default:"./data" help:"sealed files, the embedded database, practice.db of the terminal chat"`
	MasterKeyFile        string `env:"MASTER_KEY_FILE" default:"./secrets/master.key" help:"master key; made for an empty store only. Keep a copy elsewhere"`
	TelegramBotToken     Secret `env:"TELEGRAM_BOT_TOKEN" help:"from @BotFather. Without it there is no Telegram"`
	TelegramAPIURL       string `env:"TELEGRAM_API_URL" default:"https://api.telegram.org" help:"base address of the Bot API; may be a server of your own"`
	DiscordBotToken      Secret `env:"DISCORD_BOT_TOKEN" help:"from Discord's developer portal. Without it there is no Discord. It needs PUBLIC_URL"`
	DiscordAPIURL        string `env:"DISCORD_API_URL" default:"https://discord.com" help:"base address of Discord's API"`
	PublicURL            string `env:"PUBLIC_URL" help:"https address under which people reach LISTEN_ADDR: the private page. Needed for Discord"`
	TelegramReviewChat   string `env:"TELEGRAM_REVIEW_CHAT" help:"number of the team's group on Telegram; /here in the group does the same, and wins"`
	DiscordReviewChannel string `env:"DISCORD_REVIEW_CHANNEL" help:"number of the team's channel on Discord; /here in the channel does the same, and wins"`
	Moderators           string `env:"MODERATORS" help:"first admins, as telegram:ID,discord:ID, where the code that a start prints cannot be used. Once there is an admin it is not read"`
	ListenAddr           string `env:"LISTEN_ADDR" default:"127.0.0.1:8080" help:"host:port where /livez, /readyz and the private page answer"`
	CampaignsDir         string `env:"CAMPAIGNS_DIR" help:"folder of campaign folders that add to the built-in ones, or replace them"`
	LogLevel             string `env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error"`
	LogFormat            string `env:"LOG_FORMAT" help:"text or json. Without it: text on a terminal, else json"`
}

// setting is one variable as its field describes it.
type setting struct {
	name, standard, help string
	secret               bool
	field                int
}

func settings() []setting {
	var all []setting
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		f := t.Field(i)
		all = append(all, setting{f.Tag.Get("env"), f.Tag.Get("default"), f.Tag.Get("help"), f.Type == reflect.TypeFor[Secret](), i})
	}
	return all
}

// faults are all that is wrong with a configuration, each in words that name the variable and never
// its secret.
type faults []string

func (f faults) Error() string {
	return "the configuration cannot be used:\n  - " + strings.Join(f, "\n  - ")
}

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// readConfig reads the environment. look finds a variable, as os.LookupEnv does. The error is of
// type faults and holds everything that is wrong, not only the first.
func readConfig(look func(string) (string, bool)) (Config, error) {
	var c Config
	var wrong faults
	fields := reflect.ValueOf(&c).Elem()
	for _, s := range settings() {
		value := s.read(look, &wrong)
		if s.secret {
			fields.Field(s.field).Set(reflect.ValueOf(newSecret(value)))
			continue
		}
		if value == "" {
			value = s.standard
		}
		fields.Field(s.field).SetString(value)
	}
	c.check(&wrong)
	if wrong != nil {
		return Config{}, wrong
	}
	return c, nil
}

// read finds a setting's value, in its variable or in the file that its …_FILE variable names.
func (s setting) read(look func(string) (string, bool), wrong *faults) string {
	value, _ := look(s.name)
	if !s.secret {
		return strings.TrimSpace(value)
	}
	path, _ := look(s.name + "_FILE")
	if path == "" {
		return strings.TrimSpace(value)
	}
	if value != "" {
		wrong.add("%s and %s_FILE are both set: keep one", s.name, s.name)
		return ""
	}
	value, err := readSecretFile(path)
	if err != nil {
		wrong.add("%s_FILE: %s", s.name, err)
	}
	return value
}

// mostSecret is larger than any token or address; a bigger file was named by mistake.
const mostSecret = 4 << 10

// readSecretFile reads a file that only its owner may read.
func readSecretFile(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no file %s", path)
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > mostSecret:
		return "", fmt.Errorf("%s is not a small file", path)
	case info.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("%s can be read by others (mode %04o): run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return value, nil
}

// A token is checked for its form only because a malformed one would end up in the error of the
// first request: its address holds it.
var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

func (c *Config) check(wrong *faults) {
	for _, path := range []*string{&c.DataDir, &c.MasterKeyFile, &c.CampaignsDir} {
		absolute(path, wrong)
	}
	if !c.DatabaseURL.IsSet() {
		c.DatabaseURL = newSecret("sqlite:" + filepath.Join(c.DataDir, "claimline.db"))
	}
	if address := c.DatabaseURL.Reveal(); !startsWithAny(address, "sqlite:", "postgres://", "postgresql://") {
		wrong.add("DATABASE_URL must begin with postgres:// or sqlite:")
	} else if err := storage.CheckURL(address); err != nil {
		wrong.add("DATABASE_URL: %s", err)
	}
	if token := c.TelegramBotToken; token.IsSet() && !tokenForm.MatchString(token.Reveal()) {
		wrong.add("TELEGRAM_BOT_TOKEN does not look like a token of @BotFather: digits, a colon, then letters and digits")
	}
	isBase("TELEGRAM_API_URL", c.TelegramAPIURL, wrong)
	isBase("DISCORD_API_URL", c.DiscordAPIURL, wrong)
	c.checkPage(wrong)
	if c.TelegramReviewChat != "" && !groupNumber.MatchString(c.TelegramReviewChat) {
		wrong.add("TELEGRAM_REVIEW_CHAT must be the number of a group, for example -1001234567890")
	}
	if c.DiscordReviewChannel != "" && !channelNumber.MatchString(c.DiscordReviewChannel) {
		wrong.add("DISCORD_REVIEW_CHANNEL must be the number of a channel, for example 123456789012345678")
	}
	for _, a := range c.admins() {
		if !accounts.MatchString(string(a)) {
			wrong.add("MODERATORS must be accounts such as telegram:12345, separated by commas")
			break
		}
	}
	if !isAddress(c.ListenAddr) {
		wrong.add("LISTEN_ADDR must be host:port, for example 127.0.0.1:8080")
	}
	if c.CampaignsDir != "" {
		if info, err := os.Stat(c.CampaignsDir); err != nil || !info.IsDir() {
			wrong.add("CAMPAIGNS_DIR: %s is not a folder", c.CampaignsDir)
		}
	}
	oneOf("LOG_LEVEL", c.LogLevel, wrong, "debug", "info", "warn", "error")
	oneOf("LOG_FORMAT", c.LogFormat, wrong, "", "text", "json")
}

func (c Config) hasBot() bool { return c.TelegramBotToken.IsSet() || c.DiscordBotToken.IsSet() }

// checkPage refuses a page whose answers could be read on their way, and Discord without a page: its
// rules keep what a claim is made of out of its chats. This machine alone is there for trying out.
func (c *Config) checkPage(wrong *faults) {
	const form = "PUBLIC_URL must be an https:// address, for example https://claim.example.org; http:// is for this machine alone"
	if c.PublicURL == "" {
		if c.DiscordBotToken.IsSet() {
			wrong.add("DISCORD_BOT_TOKEN needs PUBLIC_URL: what Discord may not carry is asked on the private page, which people must be able to open over https")
		}
		return
	}
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		wrong.add(form)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	default:
		wrong.add(form)
	}
}

var (
	groupNumber   = regexp.MustCompile(`^-[0-9]{1,20}$`)
	channelNumber = regexp.MustCompile(`^[0-9]{1,20}$`)
)

// rooms are the team's as the configuration has them.
func (c Config) rooms() []intake.Account {
	var rooms []intake.Account
	if c.TelegramReviewChat != "" {
		rooms = append(rooms, telegram.Room(c.TelegramReviewChat))
	}
	if c.DiscordReviewChannel != "" {
		rooms = append(rooms, discord.Room(c.DiscordReviewChannel))
	}
	return rooms
}

var accounts = regexp.MustCompile(`^(telegram|discord):[0-9]{1,20}$`)

// admins are the accounts that MODERATORS names.
func (c Config) admins() []intake.Account {
	var all []intake.Account
	for _, one := range strings.FieldsFunc(c.Moderators, func(r rune) bool { return r == ',' || r == ' ' }) {
		all = append(all, intake.Account(one))
	}
	return all
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func isBase(name, address string, wrong *faults) {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" {
		wrong.add("%s must be of the form https://host or http://host:port, without a name or password in it", name)
	}
}

// isAddress reports whether something is a host, or none for all of this machine's, and a number
// that can be a port. Whether the host is this machine only listening on it tells.
func isAddress(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func absolute(path *string, wrong *faults) {
	if *path == "" {
		return
	}
	abs, err := filepath.Abs(*path)
	if err != nil {
		wrong.add("the folder that the program runs in cannot be found: %s", err)
	}
	*path = abs
}

func oneOf(name, value string, wrong *faults, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	if allowed[0] == "" {
		allowed = allowed[1:]
	}
	wrong.add("%s must be one of: %s", name, strings.Join(allowed, ", "))
}

func startsWithAny(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
