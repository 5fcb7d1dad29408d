package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/joho/godotenv"
)

func from(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := env[name]; return value, ok }
}

func secretFile(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWithoutAnythingTheProgramHasItsDefaults(t *testing.T) {
	t.Parallel()
	c, err := readConfig(from(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(c.DataDir) || !filepath.IsAbs(c.MasterKeyFile) || c.CampaignsDir != "" {
		t.Errorf("paths are %q, %q and %q", c.DataDir, c.MasterKeyFile, c.CampaignsDir)
	}
	if want := "sqlite:" + filepath.Join(c.DataDir, "claimline.db"); c.DatabaseURL.Reveal() != want {
		t.Errorf("the register is at %q, want %q", c.DatabaseURL.Reveal(), want)
	}
	if c.TelegramBotToken.IsSet() || c.ListenAddr != "127.0.0.1:8080" || c.LogLevel != "info" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestASecretMayStandInAFile(t *testing.T) {
	t.Parallel()
	c, err := readConfig(from(map[string]string{"TELEGRAM_BOT_TOKEN_FILE": secretFile(t, "123:abc_DEF-9\n", 0o600)}))
	if err != nil || c.TelegramBotToken.Reveal() != "123:abc_DEF-9" {
		t.Errorf("token %q, error %v", c.TelegramBotToken.Reveal(), err)
	}
}

// All that is wrong is said at once, each by the name of its variable, and no secret is in it.
func TestEveryFaultIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	const canary = "s3cret-canary"
	_, err := readConfig(from(map[string]string{
		"DATABASE_URL": "mysql://" + canary, "TELEGRAM_BOT_TOKEN": canary, "TELEGRAM_API_URL": "ftp://here",
		"LISTEN_ADDR": "8080", "CAMPAIGNS_DIR": "/does/not/exist", "LOG_LEVEL": "loud", "LOG_FORMAT": "xml", "UNRELATED": "ignored",
	}))
	var wrong faults
	if !errors.As(err, &wrong) || len(wrong) != 7 {
		t.Fatalf("want 7 faults, got %d: %v", len(wrong), err)
	}
	for _, name := range []string{"DATABASE_URL", "TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "LISTEN_ADDR", "CAMPAIGNS_DIR", "LOG_LEVEL", "LOG_FORMAT"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
	if strings.Contains(fmt.Sprintf("%+v", err), canary) {
		t.Errorf("a secret stands in %v", err)
	}
}

// An address that nothing can be found at is a fault like any other, before anything is opened.
func TestAddressesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value string }{
		{"LISTEN_ADDR", "127.0.0.1"}, {"LISTEN_ADDR", "127.0.0.1:"}, {"LISTEN_ADDR", "127.0.0.1:99999"}, {"LISTEN_ADDR", "127.0.0.1:-1"}, {"LISTEN_ADDR", "::1:80"},
		{"TELEGRAM_API_URL", "127.0.0.1:80"}, {"TELEGRAM_API_URL", "https://"}, {"TELEGRAM_API_URL", "https://name:s3cret-canary@example.org"}, {"TELEGRAM_API_URL", "https://example.org?a=b"},
		{"DATABASE_URL", "sqlite:"}, {"DATABASE_URL", "sqlite::memory:"}, {"DATABASE_URL", "postgres://name:s3cret-canary@example.org:port/x"},
	} {
		_, err := readConfig(from(map[string]string{c.name: c.value}))
		var wrong faults
		if !errors.As(err, &wrong) || len(wrong) != 1 || !strings.HasPrefix(wrong[0], c.name) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
	for _, address := range []string{"127.0.0.1:0", ":8080", "[::1]:8080", "localhost:65535"} {
		if _, err := readConfig(from(map[string]string{"LISTEN_ADDR": address})); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestUnusableSecretFilesAreRefused(t *testing.T) {
	t.Parallel()
	cases := []struct{ label, path, reason string }{
		{"missing", filepath.Join(t.TempDir(), "none"), "there is no file"},
		{"readable by others", secretFile(t, "123:abc", 0o644), "chmod 600"},
		{"empty", secretFile(t, " \n", 0o600), "is empty"},
		{"too large to be one", secretFile(t, strings.Repeat("x", mostSecret+1), 0o600), "not a small file"},
		{"a folder", t.TempDir(), "not a small file"},
	}
	for _, c := range cases {
		_, err := readConfig(from(map[string]string{"TELEGRAM_BOT_TOKEN_FILE": c.path}))
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want %q", c.label, err, c.reason)
		}
	}
	_, err := readConfig(from(map[string]string{"DATABASE_URL": "sqlite:x", "DATABASE_URL_FILE": "y"}))
	if err == nil || !strings.Contains(err.Error(), "both set") {
		t.Errorf("two places for one secret: %v", err)
	}
}

// The file of examples, the struct, --help and the README name the same variables.
func TestTheExampleListsEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(text)) {
		name, value, assigned := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "#"), "=")
		if assigned && !strings.Contains(name, " ") {
			listed = append(listed, name+"="+value)
		}
	}
	var want []string
	for _, s := range settings() {
		want = append(want, s.name+"="+s.standard)
		if s.secret {
			want = append(want, s.name+"_FILE=")
		}
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf(".env.example (-want +got):\n%s", diff)
	}
	if _, err := godotenv.UnmarshalBytes(text); err != nil {
		t.Errorf(".env.example cannot be read: %v", err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		if !strings.Contains(listSettings(), s.name) || s.help == "" {
			t.Errorf("--help does not tell what %s is", s.name)
		}
		if !strings.Contains(string(readme), "`"+s.name+"`") {
			t.Errorf("the README does not tell what %s is", s.name)
		}
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	t.Parallel()
	path := secretFile(t, "LOG_LEVEL=debug\nLOG_FORMAT=json\n", 0o600)
	look, err := environment(from(map[string]string{"LOG_LEVEL": "warn"}), path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(look)
	if err != nil || c.LogLevel != "warn" || c.LogFormat != "json" {
		t.Errorf("level %q, format %q, error %v", c.LogLevel, c.LogFormat, err)
	}
}

// A line that cannot be read is named by its number: its words may be a secret.
func TestAMalformedFileIsNotQuoted(t *testing.T) {
	t.Parallel()
	path := secretFile(t, "LOG_LEVEL=debug\n\nTELEGRAM BOT s3cret-canary\n", 0o600)
	_, err := environment(from(nil), path)
	if err == nil || !strings.Contains(err.Error(), "line 3") || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}

// FuzzConfig: whatever stands in the environment, the answer is a configuration or words.
func FuzzConfig(f *testing.F) {
	f.Add("postgres://a:b@c/d", "1:a", "127.0.0.1:0", []byte("A=b\n"))
	f.Add("sqlite:", ":", "[::1]:x", []byte("\x00=\"\n'"))
	f.Fuzz(func(t *testing.T, database, token, listen string, dotenv []byte) {
		env := map[string]string{"DATABASE_URL": database, "TELEGRAM_BOT_TOKEN": token, "LISTEN_ADDR": listen}
		c, err := readConfig(from(env))
		if err != nil && len(token) > 20 && strings.Contains(err.Error(), token) {
			t.Fatalf("the token stands in %q", err)
		}
		if err == nil && !c.DatabaseURL.IsSet() {
			t.Fatal("no database and no fault")
		}
		values, err := godotenv.UnmarshalBytes(bytes.Clone(dotenv))
		if err != nil && badLine(string(dotenv)) == 0 && len(dotenv) > 0 {
			t.Fatalf("%q cannot be read, and no line is to blame: %v", dotenv, values)
		}
	})
}
