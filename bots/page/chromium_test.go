package page_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"claimline/bots/botstest"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// TestInARealBrowser fills the page in with Chromium, without a mouse: in English and Dutch, at the
// width of a phone and of a desk. On every screen axe-core looks for what keeps people out, in
// light and in dark. AXE_CORE is the path of axe.min.js; with PAGE_PICTURES, a folder, every screen
// is kept as a picture, to be looked at.
func TestInARealBrowser(t *testing.T) {
	t.Parallel()
	chrome, axe := startChromium(t), axeCore(t)
	stories, err := story.Load(os.DirFS("testdata"), "browser")
	if err != nil || len(stories) != 2 {
		t.Fatalf("%d stories: %v", len(stories), err)
	}
	for _, s := range stories {
		for _, width := range []int64{360, 1280} {
			t.Run(fmt.Sprint(s.Name, " ", width), func(t *testing.T) {
				t.Parallel()
				r := open(t, s.Campaign, campaign.Status(s.Status), nil)
				c := r.browse(chrome, s.Locale, width, axe)
				c.schemes = []string{"light", "dark"}
				if width > 360 {
					c.schemes = c.schemes[:1] // the colours are the same
				}
				c.pictures = fmt.Sprint(s.Name, "-", width)
				story.Tell(t, s, r.read(s.Locale, c))
			})
		}
	}
}

// needed says that something is missing: in CI that is a failure.
func needed(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func axeCore(t *testing.T) string {
	t.Helper()
	path := os.Getenv("AXE_CORE")
	if path == "" {
		needed(t, "AXE_CORE is not set: it is the path of axe.min.js, from the npm package axe-core")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// startChromium starts a browser that asks nobody for anything.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		needed(t, "chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return ctx
}

// chromium is a window of the browser, and somebody who has a keyboard and no mouse.
type chromium struct {
	*rig
	ctx      context.Context
	axe      string
	shown    botstest.Sheet
	schemes  []string
	pictures string
	count    int
	attach   func(kind string) (name string, body []byte)

	mu         sync.Mutex
	complaints []string // of the browser's own: what a policy forbade, what did not load
}

// browse opens a window with cookies of its own.
func (r *rig) browse(chrome context.Context, locale string, width int64, axe string) *chromium {
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	r.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	r.Cleanup(cancel)
	c := &chromium{rig: r, ctx: ctx, axe: axe, attach: attachments()}
	err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.complaints = append(c.complaints, e.Entry.Text)
		}
	})
	if err != nil {
		r.Fatal(err)
	}
	call(c, log.Enable, cdp.Empty{})
	call(c, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600})
	call(c, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "a test of the page", AcceptLanguage: locale})
	return c
}

func call[P, R any](c *chromium, command cdp.Command[P, R], params P) {
	c.Helper()
	if _, err := chromedp.Call(c.ctx, command, params); err != nil {
		c.Fatal(err)
	}
}

// ask evaluates something in the page, as a debugger does.
func ask[T any](c *chromium, script string, options ...chromedp.EvaluateOption) T {
	c.Helper()
	answer, err := chromedp.Run(c.ctx, chromedp.Evaluate[T](script, options...))
	if err != nil {
		c.Fatal(err)
	}
	return answer
}

type step = chromedp.Action[chromedp.Void]

func (c *chromium) must(steps ...step) {
	c.Helper()
	if err := chromedp.Do(c.ctx, steps...); err != nil {
		c.Fatal(err)
	}
}

// Now implements botstest.Page.
func (c *chromium) Now() botstest.Sheet { return c.shown }

// leads does something that leads to another page, and looks at that.
func (c *chromium) leads(steps ...step) {
	c.Helper()
	c.house.wait(wink)
	if _, err := chromedp.RunResponse(c.ctx, steps...); err != nil {
		c.Fatalf("%v; the page was:\n%s", err, c.shown.Raw)
	}
	c.look()
}

// Follow implements botstest.Page.
func (c *chromium) Follow(link string) {
	c.Helper()
	c.leads(chromedp.Navigate(link))
	c.Press(c.shown.Forms[0].Buttons[0].Label)
}

// Say implements botstest.Page.
func (c *chromium) Say(words string) {
	c.Helper()
	c.tabTo("the field", func(f focused) bool { return f.ID == "said" })
	c.must(chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(words)) // over what stands there
	enter := chromedp.KeyEvent(kb.Enter)
	if strings.Contains(c.shown.Raw, "<textarea") { // where Enter begins a line
		enter = chromedp.Steps(chromedp.KeyEvent(kb.Tab), enter)
	}
	c.leads(enter)
}

// Press implements botstest.Page.
func (c *chromium) Press(label string) {
	c.Helper()
	c.tabTo(label, func(f focused) bool { return f.Tag == "BUTTON" && f.Label == label })
	c.leads(chromedp.KeyEvent(kb.Enter))
}

// Tick implements botstest.Page.
func (c *chromium) Tick(label string) {
	c.Helper()
	c.tabTo(label, func(f focused) bool { return f.Type == "checkbox" && f.Label == label })
	c.must(chromedp.KeyEvent(" "))
}

// Send implements botstest.Page: it chooses a file, for which a browser opens a window of its own,
// and sends it.
func (c *chromium) Send(kind string) {
	c.Helper()
	name, body := c.attach(kind)
	path := filepath.Join(c.TempDir(), name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		c.Fatal(err)
	}
	c.must(chromedp.SetUploadFiles("#file", []string{path}))
	c.tabTo("the file", func(f focused) bool { return f.Type == "file" })
	c.tabTo("sending it", func(f focused) bool { return f.Tag == "BUTTON" })
	c.leads(chromedp.KeyEvent(kb.Enter))
}

// focused is what the keyboard is at.
type focused struct {
	Tag    string
	Type   string
	ID     string
	Label  string
	Ringed bool
}

const whereIsTheKeyboard = `(() => {
	const e = document.activeElement
	const words = e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText
	return {Tag: e.tagName, Type: e.type || "", ID: e.id, Label: (words || "").trim(), Ringed: getComputedStyle(e).outlineStyle != "none"}
})()`

// tabTo presses Tab until the keyboard is where it should be. Wherever it comes, that can be seen.
func (c *chromium) tabTo(what string, there func(focused) bool) {
	c.Helper()
	for range 120 {
		c.must(chromedp.KeyEvent(kb.Tab))
		f := ask[focused](c, whereIsTheKeyboard)
		if f.Tag != "BODY" && !f.Ringed {
			c.Errorf("the keyboard is at %q, and nothing shows it", f.Label)
		}
		if there(f) {
			return
		}
	}
	c.Fatalf("Tab never comes to %s:\n%s", what, c.shown.Raw)
}

// look takes in the page, and everything about it that may keep somebody out.
func (c *chromium) look() {
	c.Helper()
	c.shown = botstest.ReadSheet(ask[string](c, `document.documentElement.outerHTML`))
	c.count++
	c.picture()
	if ask[bool](c, `document.documentElement.scrollWidth > innerWidth`) {
		c.Errorf("the page is wider than the screen:\n%s", c.shown.Raw)
	}
	if small := ask[[]string](c, tooSmall); len(small) > 0 {
		c.Errorf("too small for a thumb: %q", small)
	}
	for _, scheme := range c.schemes {
		c.examine(scheme)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range c.complaints {
		c.Errorf("the browser complains: %s", text)
	}
	c.complaints = nil
}

// tooSmall lists what can be tapped and is less than 48 pixels high; links in the middle of words are not counted.
const tooSmall = `[...document.querySelectorAll("button:not(.first), .button, label.box, input:not([type=hidden], [type=checkbox]), textarea, .file a")]
	.filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)`

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// examine lets axe-core look at the page in one colour scheme. It is run by the debugger, since the
// page itself allows no script.
func (c *chromium) examine(scheme string) {
	c.Helper()
	call(c, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	c.must(chromedp.Evaluate[chromedp.Void](c.axe))
	for _, v := range ask[[]violation](c, `axe.run({resultTypes: ["violations"]}).then(r => r.violations)`, chromedp.EvalAwaitPromise) {
		for _, n := range v.Nodes {
			c.Errorf("%s, %s: %s\n%s\n%s", scheme, v.ID, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// picture keeps what the screen shows.
func (c *chromium) picture() {
	c.Helper()
	folder := os.Getenv("PAGE_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(c.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%02d.png", c.pictures, c.count)), png, 0o600); err != nil {
		c.Fatal(err)
	}
}
