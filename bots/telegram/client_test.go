package telegram

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
)

func always() bool { return true }

func connect(t *testing.T, handler http.HandlerFunc) *client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := newClient(canary, server.URL, Published(), always)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// hangUp ends a connection without another byte.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestWhatNetworksAndServersDo(t *testing.T) {
	t.Parallel()
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<html>%d at /bot%s/</html>", status, canary)
		}
	}
	text := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
	}
	for _, c := range []struct {
		label   string
		handler http.HandlerFunc
		want    bots.Class
		timeout time.Duration
	}{
		{"a page with 500", page(500), bots.Unreachable, 0},
		{"a page with 502", page(502), bots.Unreachable, 0},
		{"a page with 504", page(504), bots.Ambiguous, 0},
		{"a page with 200", page(200), bots.Ambiguous, 0},
		{"nothing at all", text(""), bots.Ambiguous, 0},
		{"JSON cut off", text(`{"ok":true,"resu`), bots.Ambiguous, 0},
		{"other JSON", text(`[1,2]`), bots.Ambiguous, 0},
		{"ok:false without a code", text(`{"ok":false}`), bots.Unreachable, 0},
		{"ok:false with HTTP 200", text(`{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`), bots.Gone, 0},
		{"cut off before the request was read", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, bots.Ambiguous, 0},
		{"cut off after the request was read", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); hangUp(w) }, bots.Ambiguous, 0},
		{"cut off in the answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ok":true,`)
			_ = http.NewResponseController(w).Flush()
			hangUp(w)
		}, bots.Ambiguous, 0},
		{"sent elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/bot"+canary, http.StatusTemporaryRedirect)
		}, bots.Unreachable, 0},
		{"no answer in time", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, bots.Ambiguous, time.Second / 4},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			client := connect(t, c.handler)
			for _, r := range []request{
				{method: "sendMessage", params: tgbotapi.Params{"chat_id": "7", "text": "hello"}},
				{method: "sendDocument", params: tgbotapi.Params{"chat_id": "7"}, files: []tgbotapi.RequestFile{{Name: "document", Data: tgbotapi.FileBytes{Name: "a", Bytes: []byte("body")}}}},
			} {
				_, err := client.within(t.Context(), cmp.Or(c.timeout, time.Minute), r)
				if err == nil {
					t.Fatal("no error")
				}
				// An upload that was not read to its end cannot have been delivered.
				if f := failureOf(err); f.Class != c.want && !(len(r.files) > 0 && f.Class == bots.Unreachable) {
					t.Errorf("%s: %v, want %s", r.method, err, c.want)
				}
				if shown := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(shown, "canary") || strings.Contains(shown, "127.0.0.1") {
					t.Errorf("the error shows the address: %s", shown)
				}
			}
		})
	}
}

func TestAServerThatIsNotThereWasNeverAsked(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	_ = listener.Close()
	c, err := newClient(canary, address, Published(), always)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.call(t.Context(), request{method: "sendMessage", params: tgbotapi.Params{"chat_id": "7"}})
	if f := failureOf(err); f.Class != bots.Unreachable || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}

func TestOnlyTheConfiguredHostIsDialled(t *testing.T) {
	t.Parallel()
	c := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("the API was called") })
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was called") }))
	defer other.Close()
	if _, err := c.http.Get(other.URL); err == nil { //nolint:bodyclose // there is none
		t.Error("another host was dialled")
	}
}

func TestNothingIsCalledWithoutTheLease(t *testing.T) {
	t.Parallel()
	c := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("the API was called") })
	c.held = func() bool { return false }
	upload := []tgbotapi.RequestFile{{Name: "document", Data: tgbotapi.FileBytes{Name: "a", Bytes: make([]byte, 1<<20)}}}
	for _, r := range []request{{method: "getUpdates"}, {method: "sendDocument", files: upload}} {
		if _, err := c.call(t.Context(), r); err == nil {
			t.Errorf("%s was made", r.method)
		}
	}
	if _, err := c.open(t.Context(), "documents/file_1"); err == nil {
		t.Error("a file was opened")
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	c := connect(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := c.within(ctx, time.Minute, request{method: "getUpdates"}); err == nil {
		t.Error("no error")
	}
}

// The library prints through a variable of its package, and would print the token. What it prints
// is seen from outside, by running this test once more in a process of its own.
func TestTheLibraryPrintsNothing(t *testing.T) {
	t.Parallel()
	const child = "TELEGRAM_TEST_CHILD"
	if os.Getenv(child) != "" {
		c := connect(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"ok":true,"result":true}`) })
		c.bot.Debug = true // which nothing of ours sets
		if _, err := c.call(t.Context(), request{method: "getMe", params: tgbotapi.Params{"note": canary}}); err != nil {
			t.Fatal(err)
		}
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), child+"=1")
	printed, err := again.CombinedOutput()
	if err != nil || !bytes.Contains(printed, []byte("PASS")) {
		t.Fatalf("%v: %s", err, printed)
	}
	if bytes.Contains(printed, []byte("canary")) || bytes.Contains(printed, []byte("Endpoint")) {
		t.Errorf("printed %s", printed)
	}
}

func TestAFailureInALogHidesNothingBecauseItHoldsNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := connect(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"Bad Request: Anna Voorbeeld %s"}`, r.URL)
	})
	_, err := c.call(t.Context(), request{method: "sendMessage", params: tgbotapi.Params{"chat_id": "3527065"}})
	slog.New(slog.NewJSONHandler(&log, nil)).Warn("failed", "failure", err)
	for _, secret := range []string{"canary", "Anna", "3527065"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s is in %s", secret, &log)
		}
	}
}
