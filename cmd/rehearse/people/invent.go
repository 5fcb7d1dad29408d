package people

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// Canary is a word of letters that nobody else says. It begins like a name, and is another one after
// a change of mind.
func (p *Parent) Canary(about string) string {
	word := p.mark(about) + strings.Repeat("y", p.over)
	if !slices.Contains(p.secrets, word) {
		p.secrets = append(p.secrets, word)
	}
	return word
}

// mark is how a canary begins, about the child that is talked about.
func (p *Parent) mark(about string) string {
	var letters []byte
	for n := p.Number + 26*26; n > 0; n /= 26 {
		letters = append(letters, byte('a'+n%26))
	}
	return fmt.Sprintf("%s%s%c", about, letters, 'a'+p.child)
}

// invent makes up what somebody types, and what it means.
func (p *Parent) invent(q *campaign.Question) (typed, canonical string) {
	switch q.Kind {
	case answer.Name:
		if q.Member {
			name := p.Canary("Nadi") + " " + p.Canary("Vries")
			return name, name
		}
		p.name = p.Canary("Oumi") + " " + p.Canary("Bakker")
		return p.name, p.name
	case answer.Signature:
		return p.name, p.name
	case answer.Date:
		p.born = 2010 + p.random.IntN(6)
		if p.role == "self" {
			p.born = 1999 + p.random.IntN(6)
		}
		day := time.Date(p.born, time.Month(1+p.random.IntN(12)), 1+p.random.IntN(28), 0, 0, 0, 0, time.UTC)
		return day.Format("2 January 2006"), day.Format(time.DateOnly)
	case answer.Email:
		address := strings.ToLower(p.Canary("post")) + "@" + strings.ToLower(p.Canary("huis")) + ".example.org"
		return address, address
	case answer.Handle:
		name := strings.ToLower(p.Canary("tik")) + ".x"
		return "@" + name, name
	}
	code := strconv.Itoa(10_000 + 7*p.Number) // a postcode
	if p.said["tt.country"] == "NL" {
		code = code[1:] + " XQ"
		code = "1" + code[1:] // none begins with 0
	}
	return code, code
}

// choose presses one of the choices that a question offers, but none that ends the interview.
func (p *Parent) choose(a asking, q *campaign.Question) error {
	if q.Kind == answer.Agree {
		p.decides(q, a.text)
	}
	if q.ID == "k.mandate" && p.Supports() { // they have refused, and other words stand there now
		return a.press(p.campaign.Text("en", "questions.k.mandate.choices.refuse", p.role, nil).Plain())
	}
	choice := p.pick(p.offered(a, q))
	switch {
	case choice.id == "":
		return fmt.Errorf("nothing to choose among %q", a.labels)
	case q.ID == "tt.role":
		p.role = choice.id
	case q.ID == "k.mandate" && choice.id == "refuse":
		p.refuse()
		return a.press(choice.label)
	}
	err := p.press(a, q, choice.id, choice.label)
	if q.Kind == answer.Group && choice.id == answer.Yes {
		p.child++
	}
	return err
}

type choice struct{ id, label string }

func (p *Parent) pick(among []choice) choice {
	if len(among) == 0 {
		return choice{}
	}
	return among[p.random.IntN(len(among))]
}

// shunned are choices that end the interview, lead to nothing that is stored, or to the private page,
// which these people do not open.
var shunned = []string{"c.grievances g4", "tt.intro others", "tt.notice stop", "tt.role under18", "k.mandate ask", "g4.safe no", "g4.safe unknown",
	"e.items nothing"}

// offered are the choices whose buttons a message has.
func (p *Parent) offered(a asking, q *campaign.Question) []choice {
	var list []choice
	for _, id := range p.choices(q) {
		// Of two children one may need no mandate and stay; what becomes of the other is told by stories.
		if slices.Contains(shunned, q.ID+" "+id) || p.child > 1 && (q.Kind == answer.Group && id == answer.Yes || q.ID == "k.mandate" && id == "refuse") {
			continue
		}
		for _, voice := range []string{"", "self"} {
			label := p.campaign.Text("en", "questions."+q.ID+".choices."+id, voice, nil).Plain()
			if standard := map[string]string{answer.Yes: "Yes", answer.No: "No", answer.Unknown: "I don't know"}[id]; label == "" {
				label = standard
			}
			for _, l := range a.labels {
				if strings.TrimLeft(l, "☐☑ ") == label {
					list = append(list, choice{id, l})
				}
			}
		}
	}
	return slices.Compact(list)
}

func (p *Parent) choices(q *campaign.Question) []string {
	if len(q.Choices) == 0 {
		return []string{answer.Yes, answer.No, answer.Unknown}
	}
	var ids []string
	for _, c := range q.Choices {
		ids = append(ids, c.ID)
	}
	return ids
}

// year presses a year that needs no second tap: none with a birthday or a day in it that matters.
func (p *Parent) year(a asking, q *campaign.Question) error {
	var years []choice
	for _, l := range a.labels {
		y, err := strconv.Atoi(l)
		first, _ := strconv.Atoi(p.said["c.first_use#"+strconv.Itoa(p.child)])
		if err == nil && y >= max(2014, p.born+3, first) && y != 2018 && !slices.Contains([]int{13, 16, 18}, y-p.born) {
			years = append(years, choice{l, l})
		}
	}
	if q.ID == "c.last_use" {
		years = append(years, choice{answer.Still, "Until now"})
	}
	c := p.pick(years)
	return p.press(a, q, c.id, c.label)
}

// country presses a country nearby.
func (p *Parent) country(a asking, q *campaign.Question) error {
	c := p.pick([]choice{{"NL", "Netherlands"}, {"NL", "Netherlands"}, {"DE", "Germany"}, {"FR", "France"}})
	return p.press(a, q, c.id, c.label)
}

// several ticks some boxes, one after the other without waiting, and is done.
func (p *Parent) several(a asking, q *campaign.Question) error {
	offered := p.offered(a, q)
	p.random.Shuffle(len(offered), func(i, j int) { offered[i], offered[j] = offered[j], offered[i] })
	ticked := offered[:1+p.random.IntN(3)]
	var ids []string
	for _, id := range p.choices(q) {
		if slices.ContainsFunc(ticked, func(c choice) bool { return c.id == id }) {
			ids = append(ids, id)
		}
	}
	for _, c := range ticked {
		if err := a.press(c.label); err != nil {
			return err
		}
	}
	return p.press(a, q, strings.Join(ids, ","), "Done")
}

// consents ticks some of the agreements that are shown together.
func (p *Parent) consents(a asking) error {
	for _, q := range p.campaign.Questions {
		short := p.campaign.Text("en", "questions."+q.ID+".short", p.role, nil).Plain()
		if q.Kind != answer.Agree || !slices.Contains(a.labels, "☐ "+short) {
			continue
		}
		p.decides(q, a.text)
		p.said[q.ID] = answer.No
		if p.random.IntN(2) == 0 {
			continue
		}
		if err := p.press(a, q, answer.Yes, "☐ "+short); err != nil {
			return err
		}
	}
	return a.press("Done")
}

// refuse forgets what the program must erase when a parent does not give the mandate, and notes
// what it makes of the rest: a supporter, by first name.
func (p *Parent) refuse() {
	country, first := p.said["tt.country"], strings.Fields(p.name)[0]
	maps.DeleteFunc(p.said, func(key, _ string) bool {
		gone := key != "tt.intro" && key != "tt.notice"
		p.taken[key] = p.taken[key] || gone
		return gone
	})
	maps.Copy(p.said, map[string]string{"tt.country": country, "tt.role": "supporter", "tt.first_name": first, "tt.age": "adult"})
}

// Exported is what must be on file of what was said. Whether there is another child is told by the
// children themselves, a mandate is given once for those of them who can have one, and what has a
// default stands though it was not asked.
func (p *Parent) Exported(onFile map[string]string) map[string]string {
	all := maps.Clone(p.said)
	all["tt.moved"] = answer.No
	mandate := all[mandateOf(p.child)]
	delete(all, mandateOf(p.child))
	given := 0
	for child := 1; child <= p.child; child++ {
		delete(all, fmt.Sprintf("c.more#%d", child))
		if all["tt.role"] != "supporter" {
			all[fmt.Sprintf("c.country_use#%d", child)] = all["tt.country"]
		}
		if _, ok := onFile[mandateOf(child)]; ok && mandate != "" {
			all[mandateOf(child)] = mandate
			given++
		}
	}
	if mandate != "" && given == 0 {
		all[mandateOf(p.child)] = mandate
	}
	return all
}

func mandateOf(child int) string { return fmt.Sprintf("k.mandate#%d", child) }
