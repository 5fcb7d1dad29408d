package intake_test

import (
	"strconv"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
)

// BenchmarkStep is the pure step: a choice pressed, the next question shown, with few and with many
// answers on file. The two are to be compared: a long file must not make a turn slow.
func BenchmarkStep(b *testing.B) {
	c := load(b, "tiktok")
	for _, children := range []int{1, 6} {
		p := begun(b)
		p.Press("Netherlands", false)
		for i := 1; ; i++ {
			child(p, i)
			if i == children {
				break
			}
			p.Press("Yes, another child", false)
		}
		f, err := p.file()
		if err != nil {
			b.Fatal(err)
		}
		b.Run("answers="+strconv.Itoa(len(f.Conversation.State.Answers)), func(b *testing.B) {
			b.ReportAllocs()
			signer := intake.Signer{Key: []byte("a key for tests")}
			place := intake.Place{Campaign: c, Status: campaign.Open, Words: p.words, Signer: signer, Now: p.now, NewID: func() string { return "id" }}
			token := signer.Token(account, f.Conversation.ID, f.Conversation.Showing, "pick:no")
			for b.Loop() {
				_, turn, reply := intake.Advance(place, f, intake.Event{Account: account, Did: intake.Pressed{Button: token}})
				if reply.Toast != "" || len(turn.Outgoing) == 0 {
					b.Fatal("the press was not taken")
				}
			}
		})
	}
}

// child answers everything about one child, up to whether there is another.
func child(p *person, n int) {
	p.Say("Kind" + string(rune('A'+n)) + " Voorbeeld")
	p.Say("12 March 2014")
	p.Press("Yes, I alone", false)
	p.Press("An own account", false)
	p.Press("2021", false)
	p.Press("Until now", false)
	p.Press("☐ Data taken without our permission", false)
	p.Press("Done", false)
	p.Say("kind" + strconv.Itoa(n))
}
