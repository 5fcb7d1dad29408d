package page_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"claimline/bots/botstest"
	"claimline/bots/page"
	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/review"
	"claimline/storage/testdb"
)

// eva is of the team, where the chat may not hold what is asked about a child.
const eva = intake.Account("discord:900")

// glance is a page with the team's desk and a store behind it, and a family that waits for the team.
type glance struct {
	*rig
	store  intake.Store
	member *intake.Member
	link   string // under the case on eva's desk
	proof  []byte
}

// forTheTeam puts a family on file, makes eva a moderator and lets her press Look.
func forTheTeam(t *testing.T) *glance {
	t.Helper()
	h := newHouse()
	store := testdb.At(t, testdb.SQLite(t))(t, testdb.Clock(h.clock))
	g := &glance{store: store, proof: []byte("an invoice, with <script>alert(1)</script> in it")}
	g.rig = open(t, "tiktok", campaign.Open, func(c *page.Config) {
		desk := &intake.Desk{Store: store, Words: c.Words, Signer: intake.Signer{Key: store.ButtonKey()}, Now: h.clock, Pages: c.URL.String(),
			Campaign: func(string) (*campaign.Campaign, campaign.Status, bool) {
				return shipped()["tiktok"], campaign.Open, true
			}}
		team, err := review.New(desk)
		if err != nil {
			t.Fatal(err)
		}
		c.Desk, c.Doors, c.Vault, c.Evidence, c.Looks, c.Now = desk, store, store.Vault(), store.Vault(), team, h.clock
	})
	g.house = h
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	g.desk = &intake.Desk{Store: store, Words: words, Signer: intake.Signer{Key: store.ButtonKey()}, Now: h.clock, Pages: g.base,
		Campaign: func(string) (*campaign.Campaign, campaign.Status, bool) {
			return shipped()["tiktok"], campaign.Open, true
		}}
	if _, err := review.New(g.desk); err != nil {
		t.Fatal(err)
	}
	g.family(func(whose intake.Custody) (intake.StoredFile, error) {
		return store.Vault().Put(t.Context(), whose, "bewijs van \"Anna\".txt", strings.NewReader(string(g.proof)), 1000)
	})
	g.asks()
	return g
}

func (g *glance) in(fn func(tx intake.Tx) error) {
	g.Helper()
	if err := g.store.InTx(context.Background(), fn); err != nil {
		g.Fatal(err)
	}
}

func (g *glance) family(keep func(intake.Custody) (intake.StoredFile, error)) {
	g.Helper()
	now := g.house.clock()
	f := &intake.File{Account: anna, Conversation: intake.Conversation{Campaign: "tiktok", Stage: intake.StageSent, Language: "nl",
		Started: now, Touched: now, Expires: now.AddDate(1, 0, 0), State: intake.State{Members: []int{1}}}}
	g.in(func(tx intake.Tx) error { return tx.Begin(f) })
	file, err := keep(intake.Custody{Person: f.Person, Compartment: intake.Compartment(1)})
	if err != nil {
		g.Fatal(err)
	}
	given := func(values ...string) intake.Answer {
		return intake.Answer{How: intake.Given, Values: values, Version: 1, At: now, Compartment: intake.Compartment(1)}
	}
	f.Conversation.State.Files = []intake.StoredFile{file}
	f.Conversation.State.Answers = map[intake.Key]intake.Answer{
		{Question: "c.authority", Item: 1}: given("unsure"), {Question: "e.files", Item: 1}: given(file.ID), {Question: "c.name", Item: 1}: given("Anna Voorbeeld")}
	f.Submission = &intake.Submission{ID: "submission", Reference: "TT-7K4Q-9M2F", Campaign: "tiktok", Status: intake.InReview, Outcome: "supporter",
		At: now, Language: "nl", Country: "NL", Review: intake.Review{Cases: map[intake.CaseKind]string{intake.ClaimCase: "case"}},
		Flags:   []intake.Flag{{Code: "AUTHORITY_UNCLEAR", Severity: "medium", Acts: "moderator", Item: 1, State: "open", Answers: []string{"c.authority"}}},
		Members: []intake.MemberOutcome{{Item: 1, Outcome: "supporter", Reasons: []string{"AUTHORITY_UNCLEAR"}}}}
	opened := intake.Case{ID: "case", Kind: intake.ClaimCase, Submission: "submission", Campaign: "tiktok", Code: "AUTHORITY_UNCLEAR",
		State: intake.Waiting, Opened: now, Due: now}
	g.in(func(tx intake.Tx) error {
		if _, err := tx.Find(anna); err != nil {
			return err
		}
		return tx.Save(f, intake.Turn{At: now, Cases: []intake.Case{opened}})
	})
	g.member = &intake.Member{Account: eva, Roles: []intake.Role{intake.Moderator}, Sitting: intake.Sitting{Name: "Eva", Language: "en"}}
	g.in(func(tx intake.Tx) error { return tx.Enrol(g.member) })
}

// asks lets eva take the case and press Look.
func (g *glance) asks() {
	g.Helper()
	desk := g.at("asks for a case", intake.Said{Text: "/next"})
	desk = g.at("looks", intake.Pressed{Button: labelled(desk, "👁 Look").Token, Message: "9"})
	g.link = labelled(desk, "👁 Look on the page").Link
	if !strings.HasPrefix(g.link, g.base+"look/") {
		g.Fatalf("the desk gives no link: %+v", desk)
	}
}

func (g *glance) at(what string, did intake.Did) intake.Message {
	g.Helper()
	reply, err := g.desk.Handle(context.Background(), intake.Event{Account: eva, Identity: what + rand.Text(), At: g.house.clock(), Locale: "en", Did: did})
	if err != nil || reply.Desk == nil {
		g.Fatalf("eva %s: %v", what, err)
	}
	return *reply.Desk
}

func labelled(m intake.Message, label string) intake.Button {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Label == label {
				return b
			}
		}
	}
	return intake.Button{}
}

// gone fails unless a look shows nothing, and says it as it says it for a link that never was.
func (v *visitor) gone(what string) {
	v.Helper()
	was, status := v.Sheet.Raw, v.Status
	v.post("/p/look/0123456789abcdef0123456789abcdef", nil)
	if status != http.StatusNotFound || was != v.Sheet.Raw || !strings.Contains(was, "nothing to see here") {
		v.Errorf("%s is answered %d\n%s", what, status, was)
	}
}

// A moderator looks on the page: the link opens once, what it shows is gone after three minutes, and
// who only fetches the link spends nothing.
func TestTheTeamLooks(t *testing.T) {
	t.Parallel()
	g := forTheTeam(t)
	robot := g.visit("en")
	robot.get(g.link)
	landing := robot.Sheet.Raw
	robot.do(http.MethodHead, g.link, "", nil)
	robot.get(g.base + "look/no-such-link")
	if robot.Sheet.Raw != landing || strings.Contains(landing, "TT-") || strings.Contains(landing, intake.ActionDanger) {
		t.Errorf("the link shows\n%s", landing)
	}
	v := g.visit("en")
	v.Follow(g.link)
	if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "TT-7K4Q-9M2F") || !strings.Contains(v.Sheet.Text(), "child 1 · Parental authority") {
		t.Fatalf("the look shows %d\n%s", v.Status, v.Sheet.Raw)
	}
	if strings.Contains(v.Sheet.Raw, "Voorbeeld") {
		t.Errorf("it shows more than what raised the flag:\n%s", v.Sheet.Raw)
	}
	if v.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(v.Header.Get("Content-Security-Policy"), "default-src 'none'") || v.Header.Get("Refresh") == "" {
		t.Errorf("its headers are %v", v.Header)
	}
	robot.post(g.link, nil)
	robot.gone("a second opening")
	robot.get("/p/look/")
	robot.gone("a look without the cookie")
	v.get("/p/look/")
	if v.Status != http.StatusOK {
		t.Errorf("shown again it is answered %d", v.Status)
	}
	g.house.wait(intake.LookLife)
	v.get("/p/look/")
	v.gone("a look after three minutes")
	if log := g.log.String(); strings.Contains(log, "Anna") || strings.Contains(log, strings.TrimPrefix(g.link, g.base)) {
		t.Errorf("the log holds it: %s", log)
	}
}

// Proof is handed out as it was sent, to be saved, and nothing in it acts.
func TestProofIsSaved(t *testing.T) {
	t.Parallel()
	g := forTheTeam(t)
	v := g.visit("en")
	v.Follow(g.link)
	sum := sha256.Sum256(g.proof)
	press := url.Values{"press": {hex.EncodeToString(sum[:])}}
	form := v.Sheet.Forms[0]
	if form.Action != "/p/look/" || form.Buttons[0].Value != press.Get("press") || !strings.Contains(form.Buttons[0].Label, "bewijs van") {
		t.Fatalf("the form is %+v", form)
	}
	v.post(form.Action, press)
	if v.Status != http.StatusOK || v.Sheet.Raw != string(g.proof) {
		t.Errorf("the file is answered %d\n%s", v.Status, v.Sheet.Raw)
	}
	for name, want := range map[string]string{"Content-Disposition": "attachment; ", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store", "Content-Type": "text/plain"} {
		if !strings.HasPrefix(v.Header.Get(name), want) {
			t.Errorf("%s is %q", name, v.Header.Get(name))
		}
	}
	v.post("/p/look/", press, "Sec-Fetch-Site", "cross-site")
	if v.Status != http.StatusForbidden {
		t.Errorf("asked for by a foreign site it is answered %d", v.Status)
	}
	v.post("/p/look/", url.Values{"press": {strings.Repeat("0", 64)}})
	v.gone("a file that is not listed")
	stranger := g.visit("en")
	stranger.post("/p/look/", press)
	stranger.gone("a file without the cookie")
	g.house.wait(intake.LookLife)
	v.post("/p/look/", press)
	v.gone("a file after three minutes")
}

// Whoever left the team sees nothing, and so does everybody when the family is erased.
func TestNothingIsLeftToSee(t *testing.T) {
	t.Parallel()
	for name, then := range map[string]func(g *glance){
		"dismissed": func(g *glance) { g.in(func(tx intake.Tx) error { return tx.Dismiss(g.member) }) },
		"erased": func(g *glance) {
			g.in(func(tx intake.Tx) error {
				f, err := tx.Find(anna)
				if err != nil {
					return err
				}
				return tx.Save(f, intake.Turn{At: g.house.clock(), Forget: true})
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := forTheTeam(t)
			v := g.visit("en")
			v.Follow(g.link)
			then(g)
			v.get("/p/look/")
			v.gone("the open page")
			g2 := forTheTeam(t)
			then(g2)
			late := g2.visit("en")
			late.post(g2.link, nil)
			late.gone("the link")
		})
	}
}

// damaged is a vault whose files break off.
type damaged struct{}

func (damaged) Open(context.Context, string) (io.ReadCloser, intake.StoredFile, error) {
	return io.NopCloser(strings.NewReader("half")), intake.StoredFile{}, nil
}

// photo is a vault that holds one picture, with a word in it that nobody sees.
type photo struct{}

func aPhoto() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		panic(err)
	}
	noted := append([]byte{0xFF, 0xD8, 0xFF, 0xFE, 0, 17}, "taken at home.."...) // a comment, right behind the beginning
	return append(noted, b.Bytes()[2:]...)
}

func (photo) Open(context.Context, string) (io.ReadCloser, intake.StoredFile, error) {
	return io.NopCloser(bytes.NewReader(aPhoto())), intake.StoredFile{}, nil
}

// A moderator gets the picture without what the camera noted; half a picture breaks off as well.
func TestAPictureTellsNoPlace(t *testing.T) {
	t.Parallel()
	file := intake.StoredFile{ID: "file", Bytes: int64(len(aPhoto())), Type: "image/jpeg"}
	r := open(t, "tiktok", campaign.Open, func(c *page.Config) { c.Looks, c.Evidence = looked{file}, photo{} })
	b := botstest.NewBrowser(t, r.server.URL, "en")
	b.Follow(r.base + "look/word")
	if err := b.Post("/p/look/", url.Values{"press": {"x"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(strings.NewReader(b.Sheet.Raw)); err != nil || strings.Contains(b.Sheet.Raw, "at home") || b.Status != 200 {
		t.Errorf("%d: %q (%v)", b.Status, b.Sheet.Raw, err)
	}
	file.Bytes++
	r = open(t, "tiktok", campaign.Open, func(c *page.Config) { c.Looks, c.Evidence = looked{file}, photo{} })
	r.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	b = botstest.NewBrowser(t, r.server.URL, "en")
	b.Follow(r.base + "look/word")
	if err := b.Post("/p/look/", url.Values{"press": {"x"}}); err == nil {
		t.Error("half a picture came as a whole one")
	}
}

// looked shows a look that never ends, and lists one file.
type looked struct{ file intake.StoredFile }

func (looked) OpenLook(context.Context, string) (string, bool, error) { return "session", true, nil }
func (looked) Sight(context.Context, string) (*intake.Sight, error) {
	return &intake.Sight{Language: "en"}, nil
}
func (l looked) LookFile(context.Context, string, string) (intake.StoredFile, bool, error) {
	return l.file, true, nil
}

// A file that turns out to be damaged breaks off; no browser takes a part for the whole.
func TestADamagedFileBreaksOff(t *testing.T) {
	t.Parallel()
	r := open(t, "tiktok", campaign.Open, func(c *page.Config) {
		c.Looks, c.Evidence = looked{intake.StoredFile{ID: "file", Bytes: 1000, Type: "application/pdf"}}, damaged{}
	})
	r.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	b := botstest.NewBrowser(t, r.server.URL, "en")
	b.Follow(r.base + "look/word")
	if err := b.Post("/p/look/", url.Values{"press": {"x"}}); err == nil {
		t.Error("half a file came as a whole one")
	}
}

// In a real browser the look can be read and its files pressed by everybody; axe-core finds nothing.
func TestALookInARealBrowser(t *testing.T) {
	t.Parallel()
	chrome, axe := startChromium(t), axeCore(t)
	for _, width := range []int64{360, 1280} {
		g := forTheTeam(t)
		c := g.browse(chrome, "en", width, axe)
		c.schemes, c.pictures = []string{"light", "dark"}, "look"
		c.Follow(g.link)
		if !strings.Contains(c.shown.Text(), "TT-7K4Q-9M2F") {
			t.Errorf("the browser shows\n%s", c.shown.Raw)
		}
	}
}
