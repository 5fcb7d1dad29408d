package page_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/bots/botstest"
	"claimline/bots/page"
	"claimline/intake"
)

// atTheFiles goes on to where files are asked for.
func atTheFiles(t testing.TB, change func(*page.Config)) *visitor {
	t.Helper()
	v := inside(t, "en", change)
	v.Say("Anna Voorbeeld")
	v.Say("12 March 2014")
	for _, label := range []string{"Yes, I alone", "An own account", "2020", "Until now"} {
		v.Press(label)
	}
	v.Tick("Something else")
	v.Press("Done")
	v.Say("anna.v")
	v.Press("No, that is all")
	v.Say("Fatima Voorbeeld")
	v.Press("Not now")
	v.Say("1234 AB")
	v.Press("No")
	v.Press("Agree, with obligation to pay")
	v.Press("Done")
	v.Say("Fatima Voorbeeld")
	said := v.house.said()
	menu := said[len(said)-1]
	for _, b := range flat(menu) {
		if b.Label == "Child 1: proof" {
			v.chat(anna, "en", "proof", intake.Pressed{Button: b.Token})
		}
	}
	v.Follow(v.link())
	v.Tick("Screenshot of the profile")
	v.Press("Done")
	if f := v.Sheet.Forms[0]; !f.Files {
		t.Fatalf("files are not asked for:\n%s", v.Sheet.Raw)
	}
	return v
}

func (v *visitor) stored() []string {
	var names []string
	for _, f := range v.house.file(v, anna).Conversation.State.Files {
		names = append(names, f.Name)
	}
	return names
}

func TestFilesComeInOneAfterTheOther(t *testing.T) {
	t.Parallel()
	v := atTheFiles(t, nil)
	f := v.Sheet.Ask()
	body, kind := botstest.FilesForm(f.Hidden.Get("form"), f.Hidden.Get("nonce"), []string{"a.jpg", "../../b.jpg", "c é.jpg"}, []byte("bytes"))
	whole, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time is the same act
		v.do(http.MethodPost, "/p/", kind, strings.NewReader(string(whole)))
	}
	if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "1 file is stored") { // the same bytes are one file
		t.Errorf("it was answered %d\n%s", v.Status, v.Sheet.Text())
	}
	v.Upload([]string{"d.jpg"}, []byte("other bytes"))
	if got := v.stored(); !slices.Equal(got, []string{"a.jpg", "d.jpg"}) {
		t.Errorf("stored are %q", got)
	}
	if len(v.house.kept) != 4 {
		t.Errorf("the vault took %d files, want each of them once", len(v.house.kept))
	}
}

func TestAFileThatIsNotAskedForIsNotTaken(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	v.Upload([]string{"a.jpg", "b.jpg"}, []byte("bytes"))
	if !strings.Contains(v.Sheet.Text(), "not asking for a file") || len(v.house.kept) != 0 {
		t.Errorf("it was answered with\n%s", v.Sheet.Text())
	}
	f := v.Sheet.Ask()
	body, kind := botstest.FilesForm("", f.Hidden.Get("nonce"), []string{"a.jpg"}, []byte("bytes"))
	v.do(http.MethodPost, "/p/", kind, body)
	if len(v.house.kept) != 0 {
		t.Error("a file without a question was taken")
	}
}

// tap is a vault that tells when the first bytes are there, and takes what it is given.
type tap struct {
	*house
	first chan string
	ended chan error
}

func (v tap) Put(ctx context.Context, keep intake.Custody, name string, r io.Reader, limit int64) (intake.StoredFile, error) {
	begin := make([]byte, 5)
	if _, err := io.ReadFull(r, begin); err != nil {
		v.ended <- err
		return intake.StoredFile{}, err
	}
	v.first <- string(begin)
	_, err := io.Copy(io.Discard, r)
	v.ended <- err
	return intake.StoredFile{ID: "streamed", SHA256: "streamed", Name: name}, err
}

// trickle is a browser's upload of which we hold the other end.
func (v *visitor) trickle(head string, length int) net.Conn {
	v.Helper()
	at, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = conn.Close() })
	f := v.Sheet.Ask()
	begin := fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n%s\r\n--b\r\nContent-Disposition: form-data; name=\"nonce\"\r\n\r\n%s\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n%s", f.Hidden.Get("form"), f.Hidden.Get("nonce"), head)
	_, err = fmt.Fprintf(conn, "POST /p/ HTTP/1.1\r\nHost: %s\r\nCookie: page=%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\n"+
		"Content-Length: %d\r\n\r\n%s", at.Host, v.cookie().Value, length, begin)
	if err != nil {
		v.Fatal(err)
	}
	return conn
}

// The vault has the beginning of a file while its end is still with the person; one who stops
// sending is not waited for, and holds up nobody.
func TestAnUploadStreamsAndDoesNotStandStill(t *testing.T) {
	t.Parallel()
	vault := tap{first: make(chan string, 1), ended: make(chan error, 1)}
	v := atTheFiles(t, func(c *page.Config) {
		vault.house = c.Vault.(*house)
		c.Vault, c.Limits.Idle = vault, 300*time.Millisecond
	})
	conn := v.trickle("bytes"+strings.Repeat("x", 8000), 50<<20)
	if got := <-vault.first; got != "bytes" {
		t.Errorf("the file begins with %q", got)
	}
	meanwhile := v.visit("en")
	meanwhile.get("/p/some-link")
	if meanwhile.Status != http.StatusOK {
		t.Errorf("meanwhile others are answered %d", meanwhile.Status)
	}
	var slow net.Error
	if err := <-vault.ended; !errors.As(err, &slow) || !slow.Timeout() {
		t.Errorf("the upload ended with %v", err)
	}
	_, _ = io.Copy(io.Discard, conn) // until it is closed
	v.get("/p/")
	if !strings.Contains(v.Sheet.Text(), "could not fetch that file") || len(v.stored()) != 0 {
		t.Errorf("then the page shows\n%s", v.Sheet.Text())
	}
}

func TestOnlySoManyUploadsAtOnce(t *testing.T) {
	t.Parallel()
	vault := tap{first: make(chan string, 1), ended: make(chan error, 1)}
	v := atTheFiles(t, func(c *page.Config) {
		vault.house = c.Vault.(*house)
		c.Vault, c.Limits.Uploads = vault, 1
	})
	conn := v.trickle("bytes", 50<<20)
	<-vault.first
	f := v.Sheet.Ask()
	v.Upload([]string{"b.jpg"}, []byte("bytes"))
	if v.Status != http.StatusTooManyRequests {
		t.Errorf("a second form of the same page was answered %d", v.Status)
	}
	const ben = intake.Account("discord:3003")
	v.talkUpToTheLink(ben, "en")
	b := v.visit("en")
	b.Follow(v.link())
	b.Upload([]string{"b.jpg"}, []byte("bytes"))
	if b.Status != http.StatusServiceUnavailable {
		t.Errorf("somebody else's was answered %d", b.Status)
	}
	if f == nil || conn.Close() != nil {
		t.Fatal("the connection was gone")
	}
	if err := <-vault.ended; err == nil {
		t.Error("an upload that was cut off ended well")
	}
}

func TestMoreThanAllFilesMayBeIsNotEvenBegun(t *testing.T) {
	t.Parallel()
	v := atTheFiles(t, nil)
	conn := v.trickle("bytes", 2<<30)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if shows := botstest.ReadSheet(string(raw)).Text(); answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(shows, "larger than 100 MB") {
		t.Errorf("it was answered %d\n%s", answer.StatusCode, shows)
	}
}
