package discord_test

import (
	"fmt"
	"strings"
	"testing"

	fake "claimline/bots/fakes/discord"
)

const none = `"allowed_mentions":{"parse":[]}`

// say has the bot post a message with any more fields, and returns it.
func say(t *testing.T, s *fake.Server, channel, more string) answer {
	t.Helper()
	a := call(t, s, "POST", "/channels/"+channel+"/messages", `{"content":"x",`+none+`,`+more+`}`)
	if a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	return a
}

func x(n int) string { return strings.Repeat("x", n) }

func rowsOf(list ...string) string { return `"components":[` + strings.Join(list, ",") + `]` }

func rowOf(list ...string) string {
	return `{"type":1,"components":[` + strings.Join(list, ",") + `]}`
}

func buttonOf(id, label string) string {
	return fmt.Sprintf(`{"type":2,"style":1,"label":%q,"custom_id":%q}`, label, id)
}

func menuOf(options int, more string) string {
	var list []string
	for i := range options {
		list = append(list, fmt.Sprintf(`{"label":"L","value":"%d"}`, i))
	}
	return `{"type":3,"custom_id":"menu","options":[` + strings.Join(list, ",") + `]` + more + `}`
}

func many(n int, make func(int) string) []string {
	var list []string
	for i := range n {
		list = append(list, make(i))
	}
	return list
}

func someButtons(n int) []string {
	return many(n, func(i int) string { return buttonOf(fmt.Sprint(i), "B") })
}

// Each limit on a message holds at its edge and refuses beyond it.
func TestLimitsOnMessages(t *testing.T) {
	t.Parallel()
	embed := func(n int) string { return fmt.Sprintf(`{"title":"t","description":%q}`, x(n-1)) }
	for _, c := range []struct {
		label, body string
		status      int // 0 for 200
		code        int
		words       string // of the violation; "" for none
	}{
		{"2000 characters", `{"content":"` + x(2000) + `",` + none + `}`, 0, 0, ""},
		{"2001 characters", `{"content":"` + x(2001) + `",` + none + `}`, 400, 50035, "content Must be 2000"},
		{"nothing", `{"content":" ",` + none + `}`, 400, 50006, "an empty message"},
		{"mentions not forbidden", `{"content":"x"}`, 0, 0, "allowed_mentions"},
		{"mentions null", `{"content":"x","allowed_mentions":{"parse":null}}`, 0, 0, "allowed_mentions"},
		{"mentions allowed", `{"content":"x","allowed_mentions":{"parse":["users"]}}`, 0, 0, "allowed_mentions"},
		{"one user to be called", `{"content":"x","allowed_mentions":{"parse":[],"users":["5"]}}`, 0, 0, "allowed_mentions"},
		{"an unknown key", `{"content":"x",` + none + `,"colour":1}`, 0, 0, "has no colour"},
		{"an unknown key inside", `{"content":"x",` + none + `,` + rowsOf(rowOf(`{"type":2,"style":1,"label":"a","custom_id":"b","size":1}`)) + `}`, 0, 0, "size"},
		{"ephemeral", `{"content":"x",` + none + `,"flags":64}`, 0, 0, "ephemeral"},
		{"components V2", `{"content":"x",` + none + `,"flags":32768}`, 0, 0, "V2"},
		{"five rows", `{"content":"x",` + none + `,` + rowsOf(many(5, func(i int) string { return rowOf(buttonOf(fmt.Sprint(i), "B")) })...) + `}`, 0, 0, ""},
		{"six rows", `{"content":"x",` + none + `,` + rowsOf(many(6, func(i int) string { return rowOf(buttonOf(fmt.Sprint(i), "B")) })...) + `}`, 400, 50035, "components Must be between 1 and 5"},
		{"five buttons", `{"content":"x",` + none + `,` + rowsOf(rowOf(someButtons(5)...)) + `}`, 0, 0, ""},
		{"six buttons", `{"content":"x",` + none + `,` + rowsOf(rowOf(someButtons(6)...)) + `}`, 400, 50035, "components.0.components Must be"},
		{"a row of nothing", `{"content":"x",` + none + `,` + rowsOf(rowOf()) + `}`, 400, 50035, "components.0.components Must be"},
		{"a button without a row", `{"content":"x",` + none + `,` + rowsOf(buttonOf("a", "B")) + `}`, 400, 50035, "components.0.type"},
		{"the same custom_id", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf("a", "B")), rowOf(buttonOf("a", "C"))) + `}`, 400, 50035, "duplicated"},
		{"no custom_id", `{"content":"x",` + none + `,` + rowsOf(rowOf(`{"type":2,"style":1,"label":"B"}`)) + `}`, 400, 50035, "custom_id Must be between 1 and 100"},
		{"custom_id of 100", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf(x(100), "B"))) + `}`, 0, 0, ""},
		{"custom_id of 101", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf(x(101), "B"))) + `}`, 400, 50035, "custom_id Must be"},
		{"a label of 80", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf("a", x(80)))) + `}`, 0, 0, ""},
		{"a label of 81", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf("a", x(81)))) + `}`, 400, 50035, "label Must be 80"},
		{"no label", `{"content":"x",` + none + `,` + rowsOf(rowOf(buttonOf("a", ""))) + `}`, 400, 50035, "label or an emoji"},
		{"a link without an address", `{"content":"x",` + none + `,` + rowsOf(rowOf(`{"type":2,"style":5,"label":"B","custom_id":"a"}`)) + `}`, 400, 50035, "link button"},
		{"a button with an address", `{"content":"x",` + none + `,` + rowsOf(rowOf(`{"type":2,"style":1,"label":"B","custom_id":"a","url":"https://example.org/"}`)) + `}`, 400, 50035, "Only a link"},
		{"25 options", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(25, ""))) + `}`, 0, 0, ""},
		{"26 options", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(26, ""))) + `}`, 400, 50035, "options Must be"},
		{"min above max", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(3, `,"min_values":2,"max_values":1`))) + `}`, 400, 50035, "larger than max_values"},
		{"more values than options", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(3, `,"max_values":4`))) + `}`, 400, 50035, "fewer options"},
		{"a menu beside a button", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(3, ""), buttonOf("a", "B"))) + `}`, 400, 50035, "width"},
		{"the same option twice", `{"content":"x",` + none + `,` + rowsOf(rowOf(`{"type":3,"custom_id":"m","options":[{"label":"a","value":"v"},{"label":"b","value":"v"}]}`)) + `}`, 400, 50035, "already used"},
		{"6000 in embeds", `{` + none + `,"embeds":[` + embed(3000) + `,` + embed(3000) + `]}`, 0, 0, ""},
		{"6001 in embeds", `{` + none + `,"embeds":[` + embed(3000) + `,` + embed(3001) + `]}`, 400, 50035, "maximum size of 6000"},
		{"6001 with footer and author", `{` + none + `,"embeds":[` + embed(4000) + `,{"footer":{"text":"` + x(1801) + `"},"author":{"name":"` + x(200) + `"}}]}`, 400, 50035, "maximum size of 6000"},
		{"26 fields", `{` + none + `,"embeds":[{"fields":[` + strings.Join(many(26, func(int) string { return `{"name":"n","value":"v"}` }), ",") + `]}]}`, 400, 50035, "fields Must be 25"},
		{"26 values", `{"content":"x",` + none + `,` + rowsOf(rowOf(menuOf(25, `,"max_values":26`))) + `}`, 400, 50035, "max_values between 1 and 25"},
		{"11 embeds", `{` + none + `,"embeds":[` + strings.Join(many(11, func(int) string { return embed(2) }), ",") + `]}`, 400, 50035, "embeds Must be 10"},
		{"a nonce of 26", `{"content":"x",` + none + `,"nonce":"` + x(26) + `"}`, 400, 50035, "nonce Must be 25"},
		{"a list", `[]`, 400, 50035, "does not fit"},
		{"a number for words", `{"content":5,` + none + `}`, 400, 50035, "does not fit"},
		{"no JSON", `{`, 400, 50109, "cannot be read"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{})
			a := call(t, s, "POST", "/channels/"+s.Person("anna", fake.Profile{}).ChannelID()+"/messages", c.body)
			refuses(t, a, max(c.status, 200), c.code)
			held(t, s, c.words)
		})
	}
}

// Each limit on a modal holds.
func TestLimitsOnModals(t *testing.T) {
	t.Parallel()
	input := func(id, more string) string {
		return rowOf(`{"type":4,"style":1,"label":"L","custom_id":"` + id + `"` + more + `}`)
	}
	modal := func(title string, rows ...string) string {
		return `{"custom_id":"m","title":"` + title + `",` + rowsOf(rows...) + `}`
	}
	inputs := func(n int) []string { return many(n, func(i int) string { return input(fmt.Sprint(i), "") }) }
	for _, c := range []struct{ label, data, words string }{
		{"five inputs", modal(x(45), inputs(5)...), ""},
		{"six inputs", modal("T", inputs(6)...), "components Must be"},
		{"no input", modal("T"), "components Must be"},
		{"a title of 46", modal(x(46), inputs(1)...), "title Must be"},
		{"no title", modal("", inputs(1)...), "title Must be"},
		{"no custom_id", `{"title":"T",` + rowsOf(inputs(1)...) + `}`, "custom_id Must be"},
		{"the same custom_id", modal("T", input("a", ""), input("a", "")), "duplicated"},
		{"a value of 4001", modal("T", input("a", `,"value":"`+x(4001)+`"`)), "value Must be 4000"},
		{"a placeholder of 101", modal("T", input("a", `,"placeholder":"`+x(101)+`"`)), "placeholder Must be 100"},
		{"least above most", modal("T", input("a", `,"min_length":9,"max_length":2`)), "min_length is not above"},
		{"a style of 3", modal("T", `{"type":1,"components":[{"type":4,"style":3,"label":"L","custom_id":"a"}]}`), "Value must be one of (1, 2)"},
		{"a button", modal("T", rowOf(buttonOf("a", "B"))), "A modal has labels"},
		{"no data", "null", "custom_id Must be"},
		{"words", `{"content":"x","custom_id":"m","title":"T",` + rowsOf(inputs(1)...) + `}`, "a modal has no content"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{})
			connected(t, s)
			anna := s.Person("anna", fake.Profile{})
			say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
			p := must(anna.Press("Write"))(t)
			a := call(t, s, "POST", "/interactions/"+p.ID+"/"+p.Token+"/callback", `{"type":9,"data":`+c.data+`}`)
			if (c.words == "") != (a.status == 204) && c.label != "words" {
				t.Errorf("got %d %s", a.status, a.body)
			}
			held(t, s, c.words)
		})
	}
}

// Each limit on commands holds.
func TestLimitsOnCommands(t *testing.T) {
	t.Parallel()
	one := func(name, more string) string {
		return `{"name":"` + name + `","description":"d","contexts":[0],"integration_types":[0]` + more + `}`
	}
	for _, c := range []struct{ label, list, words string }{
		{"as it should be", one("register", `,"name_localizations":{"nl":"aanmelden"}`), ""},
		{"a capital", one("Register", ""), "name is invalid"},
		{"a blank", one("my register", ""), "name is invalid"},
		{"33 characters", one(x(33), ""), "name is invalid"},
		{"an unfit local name", one("register", `,"name_localizations":{"nl":"Aan melden"}`), "name is invalid"},
		{"an unknown locale", one("register", `,"name_localizations":{"xx":"a"}`), "no locale"},
		{"the same name", one("a", "") + "," + one("a", ""), "must be unique"},
		{"no description", `{"name":"a","description":"","contexts":[0],"integration_types":[0]}`, "description Must be"},
		{"no contexts", `{"name":"a","description":"d","integration_types":[0]}`, "contexts and integration types"},
		{"an unknown key", one("a", `,"nmae":"b"`), "nmae"},
		{"101 commands", strings.Join(many(101, func(i int) string { return one(fmt.Sprint("c", i), "") }), ","), "Maximum number"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{})
			call(t, s, "PUT", "/applications/"+fake.ApplicationID+"/commands", "["+c.list+"]")
			held(t, s, c.words)
		})
	}
}
