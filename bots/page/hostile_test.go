package page_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots/botstest"
	"claimline/bots/page"
	"claimline/intake"
)

// inside is somebody who has come in by their link.
func inside(t testing.TB, lang string, change func(*page.Config)) *visitor {
	t.Helper()
	r := atThePage(t, lang, change)
	v := r.visit(lang)
	v.Follow(r.link())
	return v
}

// cookie is what opens the page.
func (v *visitor) cookie() *http.Cookie {
	at, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range v.Client.Jar.Cookies(at) {
		return c
	}
	return nil
}

func (v *visitor) wears(name, value string) {
	at, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	v.Client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/p/"}})
}

func (v *visitor) answered(question string) string {
	f := v.house.file(v, anna)
	return strings.Join(f.Conversation.State.Answers[intake.Key{Question: question, Item: 1}].Values, ",")
}

func TestALinkShowsTheSameToEverybodyAndIsNotSpentByLooking(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", nil)
	link := r.link()
	robot := r.visit("en")
	robot.get(link)
	landing := robot.Sheet.Raw
	for _, at := range []string{link, r.base + "0123456789abcdef0123456789abcdef", r.base + "no-such-link", r.base + strings.Repeat("x", 2000)} {
		robot.get(at)
		if robot.Status != http.StatusOK || robot.Sheet.Raw != landing {
			t.Errorf("%s shows something else: %d\n%s", at, robot.Status, robot.Sheet.Raw)
		}
		robot.do(http.MethodHead, at, "", nil)
	}
	if robot.Header.Get("Vary") != "Accept-Language" {
		t.Errorf("Vary is %q", robot.Header.Get("Vary"))
	}
	if r.house.entered != 0 {
		t.Errorf("looking asked the store %d times", r.house.entered)
	}
	v := r.visit("en")
	v.Follow(link)
	if v.Sheet.Ask() == nil {
		t.Errorf("then the link shows\n%s", v.Sheet.Raw)
	}
}

func TestTheLandingPageSpeaksTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	r := open(t, "tiktok", "open", nil)
	for asked, want := range map[string]string{"nl": "nl", "nl-BE,nl;q=0.9,en;q=0.8": "nl", "fr,en;q=0.5,nl;q=0.7": "nl", "fr": "en", "": "en", "*": "en", ";;q=x": "en"} {
		v := r.visit(asked)
		v.get("/p/some-link")
		if v.Sheet.Lang != want {
			t.Errorf("%q is answered in %q, want %q", asked, v.Sheet.Lang, want)
		}
	}
}

// Whoever has no open page gets one answer, whatever they try.
func TestWhatOpensNothingIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", nil)
	link := r.link()
	first := r.visit("en")
	first.Follow(link)

	v := r.visit("en")
	v.post(link, nil)
	gone := v.Sheet.Raw
	if v.Status != http.StatusNotFound || !strings.Contains(gone, "does not work any more") || v.cookie() != nil {
		t.Fatalf("a spent link is answered %d\n%s", v.Status, gone)
	}
	same := func(what string) {
		t.Helper()
		if v.Status != http.StatusNotFound || v.Sheet.Raw != gone {
			t.Errorf("%s is answered %d\n%s", what, v.Status, v.Sheet.Raw)
		}
		if v.Header.Get("Content-Security-Policy") == "" || v.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is answered without its headers", what)
		}
	}
	v.post(r.base+"0123456789abcdef0123456789abcdef", nil)
	same("an unknown link")
	v.post(r.base+strings.Repeat("x", 2000), nil)
	same("a link of another form")
	v.get("/p/")
	same("a page without a cookie")
	v.post("/p/", url.Values{"form": {"f"}, "said": {"x"}})
	same("a form without a cookie")
	v.wears("page", "0123456789abcdef")
	v.get("/p/")
	same("a page with an invented cookie")
	v.get("/p/file/0")
	same("a file with an invented cookie")
	body, kind := botstest.FilesForm("f", "n", []string{"a.jpg"}, []byte("x"))
	v.do(http.MethodPost, "/p/", kind, body)
	same("files with an invented cookie")
	for _, path := range []string{"/p/a/b", "/p/file/", "/p/file/1/2", "/p/%2e%2e/%2e%2e/etc/passwd", "/p/file/..%2f..%2fpage.go", "/elsewhere"} {
		v.get(path)
		same(path)
	}
	v.do(http.MethodPut, "/p/", "text/plain", strings.NewReader("x"))
	same("a method that is none of ours")
}

func TestAPageClosesWhenNothingIsDone(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	v.house.wait(intake.PageLife - time.Minute)
	v.get("/p/")
	v.house.wait(intake.PageLife - time.Minute)
	v.get("/p/")
	if v.Sheet.Ask() == nil {
		t.Fatalf("it closed too early:\n%s", v.Sheet.Raw)
	}
	v.house.wait(intake.PageLife + time.Minute)
	v.get("/p/")
	if v.Status != http.StatusNotFound || v.Sheet.Ask() != nil {
		t.Errorf("it is still open: %d\n%s", v.Status, v.Sheet.Raw)
	}
}

func TestTwoPeopleNeverSeeEachOthersPage(t *testing.T) {
	t.Parallel()
	const ben = intake.Account("discord:3003")
	a := inside(t, "en", nil)
	a.Say("Anna Voorbeeld")
	a.talkUpToTheLink(ben, "en")
	b := a.visit("en")
	b.Follow(a.link())
	if strings.Contains(b.Sheet.Raw, "Anna") {
		t.Fatalf("Ben sees\n%s", b.Sheet.Raw)
	}
	// Ben has got hold of the form of Anna's page, and not of her cookie.
	values := a.Sheet.Ask().Filled()
	values.Set("said", "12 March 2014")
	b.post("/p/", values)
	if !strings.Contains(b.Sheet.Text(), "does nothing here") || a.answered("c.dob") != "" {
		t.Errorf("a foreign form was answered with\n%s", b.Sheet.Text())
	}
	b.post("/p/", url.Values{"press": {a.Sheet.Ask().Buttons[len(a.Sheet.Ask().Buttons)-1].Value}})
	if f := a.house.file(t, anna); f.Conversation.Language != "en" {
		t.Error("a foreign button had an effect")
	}
}

func TestAFormHandedInTwiceHasOneEffect(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.Sheet.Ask().Filled()
	values.Set("said", "Anna Voorbeeld")
	var all sync.WaitGroup
	for range 5 {
		twin := v.visit("en")
		twin.Client.Jar = v.Client.Jar
		all.Go(func() { twin.post("/p/", values) })
	}
	all.Wait()
	v.get("/p/")
	if got := v.answered("c.name"); got != "Anna Voorbeeld" || !strings.Contains(v.Sheet.Text(), "When was Anna born?") {
		t.Errorf("the answer is %q and the page shows\n%s", got, v.Sheet.Text())
	}
	if strings.Contains(v.Sheet.Text(), "behind you") {
		t.Errorf("the second time was taken for something else:\n%s", v.Sheet.Text())
	}
}

func TestAFormOfAnEarlierQuestionChangesNothing(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	old := v.Sheet.Ask().Filled()
	v.Say("Anna Voorbeeld")
	v.house.wait(time.Minute)
	old.Set("said", "Bram Voorbeeld")
	v.post("/p/", old)
	if got := v.answered("c.name"); got != "Anna Voorbeeld" || !strings.Contains(v.Sheet.Text(), "That question is behind you.") {
		t.Errorf("the name is %q and the page shows\n%s", got, v.Sheet.Text())
	}
}

func TestOnlyThePageItselfCanPost(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.Sheet.Ask().Filled()
	values.Set("said", "Anna Voorbeeld")
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		v.post("/p/", values, headers...)
		if v.Status != http.StatusForbidden || v.answered("c.name") != "" {
			t.Errorf("%q was answered %d", headers, v.Status)
		}
		v.post(v.base+"0123456789abcdef0123456789abcdef", nil, headers...)
		if v.Status != http.StatusForbidden || v.house.entered != 1 {
			t.Errorf("a link with %q was answered %d", headers, v.Status)
		}
	}
	v.post("/p/", values, "Sec-Fetch-Site", "", "Origin", v.server.URL) // a browser of some years ago
	if v.Status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Errorf("an older browser was answered %d", v.Status)
	}
}

func TestWhatABrowserIsTold(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"Cache-Control":           "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := v.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, foreign := range []string{"<script", "http://", "https://", " style=", " onclick"} {
		if strings.Contains(v.Sheet.Raw, foreign) {
			t.Errorf("the page holds %q:\n%s", foreign, v.Sheet.Raw)
		}
	}
	v.get("/p/page.css")
	if v.Status != http.StatusOK || v.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(v.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the style is answered %d %v", v.Status, v.Header)
	}
}

func TestTheCookieStaysInTheBrowser(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[string]string{
		"http":  "page=WORD; Path=/claim/p/; HttpOnly; SameSite=Strict",
		"https": "__Secure-page=WORD; Path=/claim/p/; HttpOnly; Secure; SameSite=Strict",
	} {
		r := atThePage(t, "en", func(c *page.Config) { c.URL = &url.URL{Scheme: scheme, Host: "claim.example.org", Path: "/claim/p/"} })
		link := r.link()
		v := r.visit("en")
		v.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		v.post(link, nil)
		got, session, _ := strings.Cut(v.Header.Get("Set-Cookie"), "=")
		session, rest, _ := strings.Cut(session, ";")
		if len(session) < 22 || got+"=WORD;"+rest != want || v.Header.Get("Location") != "/claim/p/" {
			t.Errorf("over %s the cookie is %q and leads to %q", scheme, v.Header.Get("Set-Cookie"), v.Header.Get("Location"))
		}
	}
}

func TestTooMuchTextIsRefusedAndTheQuestionStays(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.Sheet.Ask().Filled()
	values.Set("said", strings.Repeat("x", 70_000))
	v.post("/p/", values)
	if v.Status != http.StatusRequestEntityTooLarge || !strings.Contains(v.Sheet.Text(), "too long") || v.Sheet.Ask() == nil {
		t.Errorf("it was answered %d\n%s", v.Status, v.Sheet.Raw)
	}
}

func TestDamagedWordsAreAskedAgain(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	for _, damaged := range []string{"An\x00na Voorbeeld", "Anna \xff Voorbeeld", "Anna \xed\xa0\x80 Voorbeeld"} {
		v.Say(damaged)
		if !strings.Contains(v.Sheet.Text(), "damaged") || v.answered("c.name") != "" {
			t.Errorf("%q was answered with\n%s", damaged, v.Sheet.Text())
		}
	}
}

func TestWhatIsWrittenNeverBecomesMarkup(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	const evil = `"><b onclick="x">Anna</b> 123`
	v.Say(evil)
	if f := v.Sheet.Ask(); f.Value != evil {
		t.Errorf("what was refused can be mended as %q", f.Value)
	}
	if strings.Contains(v.Sheet.Raw, "<b ") {
		t.Errorf("it became markup:\n%s", v.Sheet.Raw)
	}
}

// Neither a link nor a cookie is ever logged, and not when they cannot be looked up either.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	session := v.cookie().Value
	v.house.fail(errDown)
	v.get("/p/")
	if v.Status != http.StatusServiceUnavailable {
		t.Errorf("a store that is down is answered %d", v.Status)
	}
	v.post(v.base+"0123456789abcdef0123456789abcdef", nil)
	if v.Status != http.StatusServiceUnavailable {
		t.Errorf("a store that is down is answered %d", v.Status)
	}
	log := v.log.String()
	if !strings.Contains(log, "not looked up") || strings.Contains(log, session) || strings.Contains(log, "0123456789abcdef") {
		t.Errorf("the log says %s", log)
	}
}

func TestGuessingLinksIsSlow(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", func(c *page.Config) { c.Limits.Links.Every, c.Limits.Links.Burst = time.Hour, 3 })
	v := r.visit("en")
	for n := range 3 {
		v.post(fmt.Sprintf("%sguess%d", r.base, n), nil)
	}
	before := r.house.entered
	v.post(r.base+"guess4", nil) // waits a moment, for its turn that does not come
	if v.Status != http.StatusTooManyRequests || v.Header.Get("Retry-After") == "" || r.house.entered != before {
		t.Errorf("the fourth guess was answered %d", v.Status)
	}
}

// The person's own copy stays for a while when everything is sent, and nobody else gets it.
func TestTheReceiptCanBeSavedAfterwards(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", nil)
	v := r.visit("en")
	v.Follow(r.link())
	v.Say("Anna Voorbeeld")
	v.Say("12 March 2014")
	for _, label := range []string{"Yes, I alone", "An own account", "2020", "Until now"} {
		v.Press(label)
	}
	v.Tick("Account broken into")
	v.Press("Done")
	v.Say("anna.v")
	v.Press("No, that is all")
	v.Say("Fatima Voorbeeld")
	v.Press("Not now")
	v.Say("1234 AB")
	v.Press("No")
	if len(v.Sheet.Files) != 1 || v.Sheet.Files[0].Name != "agreement.en.html" {
		t.Fatalf("with the agreement come the files %v", v.Sheet.Files)
	}
	v.Press("? Help") // which does not take the agreement away
	agreement := v.Sheet.Files
	v.Press("Agree, with obligation to pay")
	v.Press("Done")
	v.Say("Fatima Voorbeeld")
	if v.Sheet.Ask() != nil || len(v.Sheet.Files) != 1 || len(agreement) != 1 {
		t.Fatalf("at the end it shows\n%s", v.Sheet.Raw)
	}
	receipt := v.Sheet.Files[0]
	v.get(receipt.Path)
	if !strings.Contains(v.Sheet.Raw, "Anna Voorbeeld") || v.Header.Get("Content-Disposition") != "attachment; filename="+receipt.Name ||
		!strings.Contains(v.Header.Get("Content-Security-Policy"), "sandbox") || v.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the receipt is %v\n%s", v.Header, v.Sheet.Raw)
	}
	other := r.visit("en")
	other.get(receipt.Path)
	if other.Status != http.StatusNotFound {
		t.Errorf("somebody else gets %d", other.Status)
	}
	v.post("/p/", url.Values{"form": {"f"}, "said": {"more"}})
	if v.Status != http.StatusOK || v.Sheet.Ask() != nil || len(v.Sheet.Files) != 1 {
		t.Errorf("and can be answered: %d\n%s", v.Status, v.Sheet.Raw)
	}
}
