package page_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots/page"
	"claimline/intake"
)

// inside is somebody who has come in by their link.
func inside(t testing.TB, lang string, change func(*page.Config)) *visitor {
	t.Helper()
	r := atThePage(t, lang, change)
	v := r.visit(lang)
	v.follow(r.link())
	return v
}

// cookie is what opens the page.
func (v *visitor) cookie() *http.Cookie {
	at, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(at) {
		return c
	}
	return nil
}

func (v *visitor) wears(name, value string) {
	at, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/p/"}})
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
	landing := robot.sheet.raw
	for _, at := range []string{link, r.base + "0123456789abcdef0123456789abcdef", r.base + "no-such-link", r.base + strings.Repeat("x", 2000)} {
		robot.get(at)
		if robot.status != http.StatusOK || robot.sheet.raw != landing {
			t.Errorf("%s shows something else: %d\n%s", at, robot.status, robot.sheet.raw)
		}
		robot.do(http.MethodHead, at, "", nil)
	}
	if robot.header.Get("Vary") != "Accept-Language" {
		t.Errorf("Vary is %q", robot.header.Get("Vary"))
	}
	if r.house.entered != 0 {
		t.Errorf("looking asked the store %d times", r.house.entered)
	}
	v := r.visit("en")
	v.follow(link)
	if v.sheet.ask() == nil {
		t.Errorf("then the link shows\n%s", v.sheet.raw)
	}
}

func TestTheLandingPageSpeaksTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	r := open(t, "tiktok", "open", nil)
	for asked, want := range map[string]string{"nl": "nl", "nl-BE,nl;q=0.9,en;q=0.8": "nl", "fr,en;q=0.5,nl;q=0.7": "nl", "fr": "en", "": "en", "*": "en", ";;q=x": "en"} {
		v := r.visit(asked)
		v.get("/p/some-link")
		if v.sheet.lang != want {
			t.Errorf("%q is answered in %q, want %q", asked, v.sheet.lang, want)
		}
	}
}

// Whoever has no open page gets one answer, whatever they try.
func TestWhatOpensNothingIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", nil)
	link := r.link()
	first := r.visit("en")
	first.follow(link)

	v := r.visit("en")
	v.post(link, nil)
	gone := v.sheet.raw
	if v.status != http.StatusNotFound || !strings.Contains(gone, "does not work any more") || v.cookie() != nil {
		t.Fatalf("a spent link is answered %d\n%s", v.status, gone)
	}
	same := func(what string) {
		t.Helper()
		if v.status != http.StatusNotFound || v.sheet.raw != gone {
			t.Errorf("%s is answered %d\n%s", what, v.status, v.sheet.raw)
		}
		if v.header.Get("Content-Security-Policy") == "" || v.header.Get("Cache-Control") != "no-store" {
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
	body, kind := filesForm("f", "n", []string{"a.jpg"}, []byte("x"))
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
	if v.sheet.ask() == nil {
		t.Fatalf("it closed too early:\n%s", v.sheet.raw)
	}
	v.house.wait(intake.PageLife + time.Minute)
	v.get("/p/")
	if v.status != http.StatusNotFound || v.sheet.ask() != nil {
		t.Errorf("it is still open: %d\n%s", v.status, v.sheet.raw)
	}
}

func TestTwoPeopleNeverSeeEachOthersPage(t *testing.T) {
	t.Parallel()
	const ben = intake.Account("discord:3003")
	a := inside(t, "en", nil)
	a.say("Anna Voorbeeld")
	a.talkUpToTheLink(ben, "en")
	b := a.visit("en")
	b.follow(a.link())
	if strings.Contains(b.sheet.raw, "Anna") {
		t.Fatalf("Ben sees\n%s", b.sheet.raw)
	}
	// Ben has got hold of the form of Anna's page, and not of her cookie.
	values := a.sheet.ask().filled()
	values.Set("said", "12 March 2014")
	b.post("/p/", values)
	if !strings.Contains(b.sheet.text(), "does nothing here") || a.answered("c.dob") != "" {
		t.Errorf("a foreign form was answered with\n%s", b.sheet.text())
	}
	b.post("/p/", url.Values{"press": {a.sheet.ask().buttons[len(a.sheet.ask().buttons)-1].value}})
	if f := a.house.file(t, anna); f.Conversation.Language != "en" {
		t.Error("a foreign button had an effect")
	}
}

func TestAFormHandedInTwiceHasOneEffect(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.sheet.ask().filled()
	values.Set("said", "Anna Voorbeeld")
	var all sync.WaitGroup
	for range 5 {
		twin := v.visit("en")
		twin.client.Jar = v.client.Jar
		all.Go(func() { twin.post("/p/", values) })
	}
	all.Wait()
	v.get("/p/")
	if got := v.answered("c.name"); got != "Anna Voorbeeld" || !strings.Contains(v.sheet.text(), "When was Anna born?") {
		t.Errorf("the answer is %q and the page shows\n%s", got, v.sheet.text())
	}
	if strings.Contains(v.sheet.text(), "behind you") {
		t.Errorf("the second time was taken for something else:\n%s", v.sheet.text())
	}
}

func TestAFormOfAnEarlierQuestionChangesNothing(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	old := v.sheet.ask().filled()
	v.say("Anna Voorbeeld")
	v.house.wait(time.Minute)
	old.Set("said", "Bram Voorbeeld")
	v.post("/p/", old)
	if got := v.answered("c.name"); got != "Anna Voorbeeld" || !strings.Contains(v.sheet.text(), "That question is behind you.") {
		t.Errorf("the name is %q and the page shows\n%s", got, v.sheet.text())
	}
}

func TestOnlyThePageItselfCanPost(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.sheet.ask().filled()
	values.Set("said", "Anna Voorbeeld")
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		v.post("/p/", values, headers...)
		if v.status != http.StatusForbidden || v.answered("c.name") != "" {
			t.Errorf("%q was answered %d", headers, v.status)
		}
		v.post(v.base+"0123456789abcdef0123456789abcdef", nil, headers...)
		if v.status != http.StatusForbidden || v.house.entered != 1 {
			t.Errorf("a link with %q was answered %d", headers, v.status)
		}
	}
	v.post("/p/", values, "Sec-Fetch-Site", "", "Origin", v.server.URL) // a browser of some years ago
	if v.status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Errorf("an older browser was answered %d", v.status)
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
		if got := v.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, foreign := range []string{"<script", "http://", "https://", " style=", " onclick"} {
		if strings.Contains(v.sheet.raw, foreign) {
			t.Errorf("the page holds %q:\n%s", foreign, v.sheet.raw)
		}
	}
	v.get("/p/page.css")
	if v.status != http.StatusOK || v.header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(v.header.Get("Cache-Control"), "immutable") {
		t.Errorf("the style is answered %d %v", v.status, v.header)
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
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		v.post(link, nil)
		got, session, _ := strings.Cut(v.header.Get("Set-Cookie"), "=")
		session, rest, _ := strings.Cut(session, ";")
		if len(session) < 22 || got+"=WORD;"+rest != want || v.header.Get("Location") != "/claim/p/" {
			t.Errorf("over %s the cookie is %q and leads to %q", scheme, v.header.Get("Set-Cookie"), v.header.Get("Location"))
		}
	}
}

func TestTooMuchTextIsRefusedAndTheQuestionStays(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	values := v.sheet.ask().filled()
	values.Set("said", strings.Repeat("x", 70_000))
	v.post("/p/", values)
	if v.status != http.StatusRequestEntityTooLarge || !strings.Contains(v.sheet.text(), "too long") || v.sheet.ask() == nil {
		t.Errorf("it was answered %d\n%s", v.status, v.sheet.raw)
	}
}

func TestDamagedWordsAreAskedAgain(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	for _, damaged := range []string{"An\x00na Voorbeeld", "Anna \xff Voorbeeld", "Anna \xed\xa0\x80 Voorbeeld"} {
		v.say(damaged)
		if !strings.Contains(v.sheet.text(), "damaged") || v.answered("c.name") != "" {
			t.Errorf("%q was answered with\n%s", damaged, v.sheet.text())
		}
	}
}

func TestWhatIsWrittenNeverBecomesMarkup(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	const evil = `"><b onclick="x">Anna</b> 123`
	v.say(evil)
	if f := v.sheet.ask(); f.value != evil {
		t.Errorf("what was refused can be mended as %q", f.value)
	}
	if strings.Contains(v.sheet.raw, "<b ") {
		t.Errorf("it became markup:\n%s", v.sheet.raw)
	}
}

// Neither a link nor a cookie is ever logged, and not when they cannot be looked up either.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	session := v.cookie().Value
	v.house.fail(errDown)
	v.get("/p/")
	if v.status != http.StatusServiceUnavailable {
		t.Errorf("a store that is down is answered %d", v.status)
	}
	v.post(v.base+"0123456789abcdef0123456789abcdef", nil)
	if v.status != http.StatusServiceUnavailable {
		t.Errorf("a store that is down is answered %d", v.status)
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
	if v.status != http.StatusTooManyRequests || v.header.Get("Retry-After") == "" || r.house.entered != before {
		t.Errorf("the fourth guess was answered %d", v.status)
	}
}

// The person's own copy stays for a while when everything is sent, and nobody else gets it.
func TestTheReceiptCanBeSavedAfterwards(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "en", nil)
	v := r.visit("en")
	v.follow(r.link())
	v.say("Anna Voorbeeld")
	v.say("12 March 2014")
	for _, label := range []string{"Yes, I alone", "An own account", "2020", "Until now"} {
		v.press(label)
	}
	v.tick("Account broken into")
	v.press("Done")
	v.say("anna.v")
	v.press("No, that is all")
	v.say("Fatima Voorbeeld")
	v.press("Not now")
	v.say("1234 AB")
	v.press("No")
	if len(v.sheet.files) != 1 || v.sheet.files[0].name != "agreement.en.html" {
		t.Fatalf("with the agreement come the files %v", v.sheet.files)
	}
	v.press("? Help") // which does not take the agreement away
	agreement := v.sheet.files
	v.press("Agree, with obligation to pay")
	v.press("Done")
	v.say("Fatima Voorbeeld")
	if v.sheet.ask() != nil || len(v.sheet.files) != 1 || len(agreement) != 1 {
		t.Fatalf("at the end it shows\n%s", v.sheet.raw)
	}
	receipt := v.sheet.files[0]
	v.get(receipt.path)
	if !strings.Contains(v.sheet.raw, "Anna Voorbeeld") || v.header.Get("Content-Disposition") != "attachment; filename="+receipt.name ||
		!strings.Contains(v.header.Get("Content-Security-Policy"), "sandbox") || v.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the receipt is %v\n%s", v.header, v.sheet.raw)
	}
	other := r.visit("en")
	other.get(receipt.path)
	if other.status != http.StatusNotFound {
		t.Errorf("somebody else gets %d", other.status)
	}
	v.post("/p/", url.Values{"form": {"f"}, "said": {"more"}})
	if v.status != http.StatusOK || v.sheet.ask() != nil || len(v.sheet.files) != 1 {
		t.Errorf("and can be answered: %d\n%s", v.status, v.sheet.raw)
	}
}
