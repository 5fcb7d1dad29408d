package people

import (
	"context"
	"fmt"
	"strings"

	fake "claimline/bots/fakes/telegram"
)

// mock sends what no parent sends, for a while, and then asks for help: whoever is still answered
// has harmed nobody. Nothing of it may be repeated, or reach a file.
func (p *Texter) mock(ctx context.Context) error {
	if _, err := p.Start("tiktok-en-school"); err != nil {
		return err
	}
	first, err := p.WaitAnswer(ctx)
	if err != nil {
		return err
	}
	tricks := []func() error{p.flood, p.nonsense, p.pretend, p.number, func() error { return p.forge(first) }}
	p.random.Shuffle(len(tricks), func(i, j int) { tricks[i], tricks[j] = tricks[j], tricks[i] })
	for _, trick := range tricks {
		newest := p.newest()
		if err := trick(); err != nil {
			return fmt.Errorf("troll %d: %w", p.Number, err)
		}
		// The last of each is a question that every state of a chat has an answer to.
		if _, err := p.Type("/help"); err != nil {
			return err
		}
		if _, err := p.told(ctx, newest, "What you can do", "Wat u kunt doen"); err != nil {
			return fmt.Errorf("troll %d: %w\n%s", p.Number, err, p.Chat())
		}
	}
	p.Left = true
	return nil
}

// flood types a lot at once.
func (p *Texter) flood() error {
	for i := range 12 {
		if _, err := p.Type(fmt.Sprintf("%s %d", p.Canary("Troep"), i)); err != nil {
			return err
		}
	}
	return nil
}

// nonsense types what is long, odd or damaged.
func (p *Texter) nonsense() error {
	word := p.Canary("Onzin")
	for _, text := range []string{
		strings.Repeat("👨‍👩‍👧‍👦", 370), // 4,070 units of Telegram's 4,096
		"\u202e" + word + "\u0000\u200d\ufeff" + strings.Repeat("\u0301", 900),
		"<b>" + word + "</b> [a](tg://user?id=1) @everyone `" + word + "`",
		strings.Repeat(word+" ", 300),
	} {
		if _, err := p.Type(text); err != nil {
			return err
		}
	}
	_, err := p.TypeJSON(`"\ud83d ` + word + ` \udc00"`)
	return err
}

// pretend types commands that are not there, or not for everybody.
func (p *Texter) pretend() error {
	for _, text := range []string{"/sudo", "/" + strings.Repeat("x", 3000), "/admin 123456", "/admin TT-0000-0000", "/admin", "/join 111111", "/next",
		"/moderators add Troll admin", "/case TT-0000-0000", "/here", "/link 000000", "/guardian 000000", "/start tiktok-xx-" + p.Canary("Bron")} {
		if _, err := p.Type(text); err != nil {
			return err
		}
	}
	return nil
}

// number types what looks like the number of a person, which must not be stored or repeated.
func (p *Texter) number() error {
	n := 100_000_000 + 1_000*p.Number
	for ; !elevenProof(n); n++ {
	}
	text := fmt.Sprint(n)
	p.Past.Typed = append(p.Past.Typed, text)
	_, err := p.Type(text)
	return err
}

// elevenProof reports whether nine digits pass the test of Dutch citizens' numbers.
func elevenProof(n int) bool {
	sum := -(n % 10)
	for i, rest := 2, n/10; rest > 0; i, rest = i+1, rest/10 {
		sum += i * (rest % 10)
	}
	return sum%11 == 0
}

// forge presses buttons that were never shown here: made up, altered, and taken from other chats.
func (p *Texter) forge(m *fake.Message) error {
	datas := []string{"x", "adult", "pick:yes", strings.Repeat("A", 64)}
	for _, row := range m.Rows {
		for _, b := range row {
			if len(b.Data) > 8 {
				datas = append(datas, b.Data[:len(b.Data)-2]+"AA", "B"+b.Data[1:])
			}
		}
	}
	if p.Foreign != nil {
		datas = append(datas, p.Foreign()...)
	}
	for _, data := range datas {
		if _, err := p.PressData(data); err != nil {
			return err
		}
	}
	return nil
}
