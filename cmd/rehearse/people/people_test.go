package people

import (
	"testing"

	fake "claimline/bots/fakes/telegram"
)

// A parent knows a copy of what they have answered, also when the answer has changed whom the talk is
// about, and still answers the same question when it is asked about the next child.
func TestAParentKnowsACopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Fill(dir); err != nil {
		t.Fatal(err)
	}
	filled, err := Load(dir, "tiktok")
	if err != nil {
		t.Fatal(err)
	}
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
