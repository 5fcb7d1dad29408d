package people

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	discord "claimline/bots/fakes/discord"
	fake "claimline/bots/fakes/telegram"
	"claimline/intake/campaign"
)

// A parent knows a copy of what they have answered, also when the answer has changed whom the talk is
// about, and still answers the same question when it is asked about the next child.
func TestAParentKnowsACopy(t *testing.T) {
	t.Parallel()
	filled := filled(t)
	for _, c := range []struct {
		question, answers string // the label of the answer
		again             bool   // the question comes again, about another child
	}{
		{"c.more", "Yes, another child", true},
		{"k.mandate", "No, supporter only", false},
	} {
		t.Run(c.question, func(t *testing.T) {
			t.Parallel()
			p := NewTexter(Invent(filled, 1, 1, nil)[0], nil, "https://claim.example.org")
			p.name, p.said["tt.country"] = p.Canary("Oumi")+" Voorbeeld", "DE"
			asked := p.asks(c.question, 1, c.answers)
			m, q := p.next(fake.Chat{Messages: []*fake.Message{asked}})
			if q == nil || q.ID != c.question {
				t.Fatalf("of %q nothing is read", asked.Text)
			}
			p.answered = m.ID
			if err := p.answer(asking{m.Text, m.Labels(), func(string) error { return nil }, nil}, q); err != nil {
				t.Fatal(err)
			}
			chat := fake.Chat{Messages: []*fake.Message{asked, p.asks(c.question, 2, c.answers)}}
			chat.Messages[1].Text = asked.Text
			if m, _ := p.next(chat); m != nil {
				t.Errorf("the copy is answered: %q", m.Text)
			}
			chat.Messages = append(chat.Messages, p.asks(c.question, 3, "No, that is all"))
			if m, _ := p.next(chat); c.again && m == nil {
				t.Error("about the next child it is not answered")
			}
		})
	}
}

// asks is a question about the child that is talked about, as a message with one button.
func (p *Texter) asks(question string, id int, label string) *fake.Message {
	text := p.campaign.Text("en", "questions."+question+".ask", "", map[string]string{"first_name": p.Canary("Nadi")})
	return &fake.Message{ID: id, Bot: true, Text: text.Plain(), Kind: "text", Rows: [][]fake.Button{{{Text: label}}}}
}

// What was handed in on a page that was closed is answered once more where it is asked once more, also
// when the answer had changed whom the talk is about; and what the page had taken is not.
func TestAnAnswerOnAPageThatIsClosed(t *testing.T) {
	t.Parallel()
	filled := filled(t)
	for _, c := range []struct {
		label, onPage, next string // the questions; next is what the chat asks then
		again               bool
	}{
		{"it was not taken", "c.more", "c.more", true},
		{"it was not taken, and the chat may ask it", "tt.postcode", "tt.postcode", true},
		{"it was taken", "tt.postcode", "k.mandate", true},
		{"something that was answered before", "tt.postcode", "tt.country", false},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			parent := Invent(filled, 1, 1, nil)[0]
			parent.name, parent.said["tt.country"] = parent.Canary("Oumi")+" Voorbeeld", "DE"
			asked := func(id string) string {
				return filled.Text("en", "questions."+id+".ask", "", map[string]string{"first_name": parent.mark("Nadi")}).Plain()
			}
			first, next := asked(c.onPage), asked(c.next)
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/p/":
					w.WriteHeader(http.StatusNotFound)
				case r.Method == http.MethodPost:
					fmt.Fprintf(w, `<p class="text">%s</p><form class="ask" method="post" action="/p/"><input type="text" name="said"><button name="press" value="x">Yes, another child</button></form>`, first)
				}
			}))
			t.Cleanup(page.Close)
			p := NewVisitor(parent, nil, page.URL)
			for _, link := range []string{"/p/link", "/p/"} { // another link, which opens nothing
				if err := p.visit(t.Context(), page.URL+link); err != nil {
					t.Fatal(err)
				}
			}
			if p.Pages != 1 {
				t.Fatalf("%d pages were handed in", p.Pages)
			}
			m := &discord.Message{ID: "2", Bot: true, Text: next, Rows: [][]discord.Component{{{Label: "Yes, another child"}}}}
			if found := p.next(discord.Chat{Messages: []*discord.Message{m}}); (found != nil) != c.again {
				t.Fatalf("is it answered: %v", found != nil)
			}
			if !c.again || c.next != c.onPage {
				return
			}
			press := func(string) error { return nil }
			if err := p.answer(asking{m.Text, m.Labels(), press, press}, p.read(m.Text)); err != nil {
				t.Fatal(err)
			}
			if p.next(discord.Chat{Messages: []*discord.Message{m}}) != nil {
				t.Error("it is answered a third time")
			}
		})
	}
}

// Who has agreed to nothing takes nothing back.
func TestWhoHasAgreed(t *testing.T) {
	t.Parallel()
	filled := filled(t)
	for _, c := range []struct {
		key, said string
		agreed    bool
	}{{"k.mandate#2", "agree", true}, {"k.mandate#1", "refuse", false}, {"k.access", "yes", true}, {"k.access", "no", false}, {"tt.already", "yes", false}} {
		p := Invent(filled, 1, 1, nil)[0]
		p.said[c.key] = c.said
		if p.agreed() != c.agreed {
			t.Errorf("%s %s: %v", c.key, c.said, p.agreed())
		}
	}
}

func filled(t *testing.T) *campaign.Campaign {
	t.Helper()
	dir := t.TempDir()
	if err := Fill(dir); err != nil {
		t.Fatal(err)
	}
	c, err := Load(dir, "tiktok")
	if err != nil {
		t.Fatal(err)
	}
	return c
}
