package page

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
)

func TestWhatAFormSays(t *testing.T) {
	t.Parallel()
	const boxes = "form=f&nonce=n&boxes=yes&box=a&box=b"
	for _, c := range []struct {
		name, body string
		want       []intake.Did
	}{
		{"words", "form=f&nonce=n&said=Anna+Voorbeeld&press=", []intake.Did{intake.Said{Text: "Anna Voorbeeld", Form: "f"}}},
		{"lines", "form=f&said=one%0D%0Atwo", []intake.Did{intake.Said{Text: "one\ntwo", Form: "f"}}},
		{"nothing written", "form=f&said=&press=", []intake.Did{intake.Said{Form: "f"}}},
		{"a button beside words", "form=f&said=An&press=1.skip.mac", []intake.Did{intake.Pressed{Button: "1.skip.mac"}}},
		{"boxes, then a button", boxes + "&press=1.done.mac", []intake.Did{intake.Filled{Form: "f", Chosen: []string{"a", "b"}, Button: "1.done.mac"}}},
		{"no box is ticked", "form=f&boxes=yes&press=1.done.mac", []intake.Did{intake.Filled{Form: "f", Button: "1.done.mac"}}},
		{"Enter among boxes", boxes + "&press=resume", []intake.Did{intake.Filled{Form: "f", Chosen: []string{"a", "b"}, Button: "resume"}}},
		{"boxes beside words", boxes + "&said=Chad&press=", []intake.Did{
			intake.Filled{Form: "f", Chosen: []string{"a", "b"}, Button: "resume"}, intake.Said{Text: "Chad", Form: "f"}}},
		{"NUL", "form=f&said=An%00na", []intake.Did{intake.Said{Text: "An\uFFFDna", Damaged: true, Form: "f"}}},
		{"half a letter", "form=f&said=An%FFna", []intake.Did{intake.Said{Text: "An\uFFFDna", Damaged: true, Form: "f"}}},
		{"no question", "said=Anna", []intake.Did{intake.Said{Text: "Anna", Form: "none"}}},
		{"an empty question", "form=&said=Anna", []intake.Did{intake.Said{Text: "Anna", Form: "none"}}},
		{"nothing at all", "", []intake.Did{intake.Pressed{Button: "resume"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, err := readForm([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, f.did()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABodyThatIsTooLongIsReadPastAndRefused(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]error{maxForm: nil, maxForm + 1: errTooLong, 2 * maxDrain: errTooLong} {
		if _, err := readBody(strings.NewReader(strings.Repeat("a", size))); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestTheSameActHasTheSameIdentityAndNoOtherHas(t *testing.T) {
	t.Parallel()
	acts := []string{
		identity("session", 0, []byte("a"), []byte("b")), identity("session", 1, []byte("a"), []byte("b")),
		identity("session", 0, []byte("ab"), []byte("")), identity("other", 0, []byte("a"), []byte("b")), identity("session", 0, []byte("a")),
	}
	if identity("session", 0, []byte("a"), []byte("b")) != acts[0] {
		t.Error("the same act has two identities")
	}
	slices.Sort(acts)
	if len(slices.Compact(acts)) != 5 {
		t.Errorf("two acts have one identity: %q", acts)
	}
}

// Whatever is posted: what comes out can be stored, and is about a question.
func FuzzReadForm(f *testing.F) {
	for _, body := range []string{
		"form=f&nonce=n&said=Anna+Voorbeeld&press=", "form=f&boxes=yes&box=a&box=b&press=1.done.mac", "said=%00%FF%ED%A0%80&form=%00",
		"form=a&form=b&said=x&said=y", "&&&=;%", "form=f&press=sos", "a=%zz", "said=%0D%0A%0D", "boxes&box&said",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := readForm(body)
		if err != nil {
			if !errors.Is(err, errNotAForm) || err.Error() != errNotAForm.Error() {
				t.Fatalf("the error quotes what was posted: %v", err)
			}
			return
		}
		for _, did := range form.did() {
			said, ok := did.(intake.Said)
			if !ok {
				continue
			}
			if said.Form == "" || !utf8.ValidString(said.Text) || strings.ContainsRune(said.Text, 0) {
				t.Fatalf("%q was read as %+v", body, said)
			}
			if fields, _ := url.ParseQuery(string(body)); said.Text != strings.TrimSpace(strings.ReplaceAll(fields.Get("said"), "\r\n", "\n")) && !said.Damaged {
				t.Fatalf("%q was changed in silence", fields.Get("said"))
			}
		}
	})
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"brief.pdf": "brief.pdf", "foto één.jpg": "foto één.jpg", `C:\Users\Anna\brief.pdf`: "brief.pdf", "../../etc/passwd": "passwd",
		"a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie: x=1.pdf", "a\x00b\u202Efdp.exe": "abfdp.exe", "a\xffb": "a\uFFFDb",
		strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 196) + ".pdf",
	} {
		if got := fileName(raw); got != want {
			t.Errorf("%q is called %q, want %q", raw, got, want)
		}
	}
}

func TestWhatAFileIsSavedAs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"agreement.nl.html":              `attachment; filename=agreement.nl.html`,
		`a"; filename="b.exe`:            `attachment; filename="a\"; filename=\"b.exe"`,
		"a\r\nX-Evil: yes\r\n\r\n<html>": `attachment; filename="aX-Evil: yes<html>"`,
		"überein.pdf":                    `attachment; filename*=utf-8''%C3%BCberein.pdf`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("%q is saved as %s, want %s", name, got, want)
		}
	}
}
