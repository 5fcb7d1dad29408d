package campaign

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimline/intake/wording"
)

// slip is one thing an author may get wrong: a change to a file of the made-up campaign, and the
// one fault it must give.
type slip struct {
	label    string
	file     string // campaign.yaml unless said otherwise
	old, new string
	in       string // the file of the fault, where it is another
	at       string // what stands on the fault's line; "" when something is missing from the file
	where    string
	reason   string
	also     []string // what the slip breaks besides, as "file where"
}

var slips = []slip{
	// The head
	{"no such time zone", "", "Europe/Brussels", "Europe/Brugge", "", "time_zone", "time_zone", `"Europe/Brugge" is not the name of a time zone, such as Europe/Amsterdam`, nil},
	{"version 0", "", "version: 2", "version: 0", "", "version", "version", "the version counts from 1", nil},
	{"a campaign id in capitals", "", "id: lanterns", "id: Lanterns", "", "id: Lanterns", "id", `"Lanterns" is not an id, which is two to 24 small letters, digits and underscores, a letter first`, nil},
	{"a code of three letters", "", "code: LM", "code: LMP", "", "code: LMP", "code", `"LMP" is not an id, which is two capitals`, nil},
	{"kept for ever", "", "unsent_days: 7", "unsent_days: 700", "", "unsent_days", "retention.unsent_days", "what was not sent in is erased after 1 to 90 days", nil},
	{"progress towards nothing", "", "threshold: 25", "progress: true", "", "progress", "progress", "progress is told towards a threshold; set one, or leave progress out", nil},
	{"a word for a number", "", "threshold: 25", "threshold: many", "", "threshold", "threshold", `this must be a whole number, not "many"`, nil},
	{"a burst of two", "", "threshold: 25", "threshold: 25\nraid: {many: 2}", "", "raid", "raid.many", "a burst is at least 5 submissions", nil},
	{"a burst of a day", "", "threshold: 25", "threshold: 25\nraid: {minutes: 1440}", "", "raid", "raid.minutes", "a burst lasts at most 120 minutes", nil},
	{"no such country", "", "opt_in: [BE, LU]", "opt_in: [BE, XQ]", "", "opt_in", "countries.opt_in.2", `"XQ" is not the code of a country, such as NL`, nil},
	{"a country in both lists", "", "opt_in: [BE, LU]", "opt_in: [BE, NL]", "", "opt_in", "countries.opt_in.2", "NL is in the list countries.in already", nil},
	{"a policy with an unknown place", "", "safety: never}", "safety: nowhere}", "", "discord:", "policy.discord.safety", `a platform carries an answer in chat, on a page or never, not "nowhere"`, nil},
	{"a policy that forgets one", "", "special: page, safety: never}", "special: page}", "", "discord:", "policy.discord", "the policy does not say where safety answers are carried", nil},
	{"a language without a file", "", "languages: [en, nl]", "languages: [en, nl, de]", "", "languages", "languages.3", "the language file de.yaml cannot be read: there is no such file",
		[]string{"campaign.yaml values.foundation", "campaign.yaml values.fee", "campaign.yaml questions.k.act.document"}},
	{"a value that the program fills", "", "maker: Glimworm", "n: 4\n  maker: Glimworm", "", "n: 4", "values.n", "{n} is filled by the program; choose another name", nil},
	{"a value in one language", "", `fee: {en: "€5", nl: "€ 5"}`, `fee: {en: "€5"}`, "", "fee:", "values.fee", "the value is missing in the language nl", nil},

	// What the file holds
	{"an unknown key", "", "threshold: 25", "threshold: 25\ntreshold: 30", "", "treshold", "treshold", "there is no such key; known here are code, countries, facts, flags, group, id, languages, outcomes, packs, paths, policy, progress, questions, raid, retention, review, screens, threshold, time_zone, values, version, voice", nil},
	{"a key twice", "", "    when: lm.moved == \"yes\"\n", "    when: lm.moved == \"yes\"\n    when: lm.moved == \"no\"\n", "", `when: lm.moved == "no"`, "questions.b.country.when", "this key stands here twice, first in line @lm.moved == \"yes\"", nil},
	{"a key with nothing", "", "code: LM", "code:", "", "code:", "code", "nothing is written here; leave the key out, or give it a value", nil},
	{"an alias", "", "code: LM", "code: &c LM", "", "code:", "code", "a campaign file cannot hold a YAML anchor", nil},
	{"a text for a list", "", "languages: [en, nl]", "languages: en", "", "languages", "languages", "this must be a list, each entry after a dash", nil},
	{"yes for true", "", "    optional: true\n    future: true", "    optional: yes\n    future: true", "", "optional: yes", "questions.b.due.optional", `this must be true or false, not "yes"`, nil},

	// Ids
	{"an id twice", "", "  - id: lm.first_name\n", "  - id: lm.who\n", "", "id: lm.who@2", "questions.lm.who+", `the id "lm.who" is used twice, first in line @- id: lm.who`, nil},
	{"an id inside another", "", "  - id: b.words\n", "  - id: b.photo.words\n", "", "b.photo.words", "questions.b.photo.words", "the question b.photo.words cannot lie inside the question b.photo", nil},
	{"an id with a function's name", "", "  - id: b.words\n", "  - id: year.words\n", "", "year.words", "questions.year.words", `"year" means something else in expressions`, nil},
	{"an id in capitals", "", "  - id: b.words\n", "  - id: b.Words\n", "", "b.Words", "questions.b.Words", `"b.Words" is not an id, which is up to three names with dots between, each of small letters, digits and underscores`, nil},
	{"a choice with a hyphen", "", "{id: not_said}", "{id: not-said}", "", "not-said", "questions.b.prayer.choices.not-said", `"not-said" is not an id, which is at most 20 small letters, digits and underscores`, nil},
	{"a choice twice", "", "{id: lost}", "{id: home}", "", "{id: home}@2", "questions.b.where.choices.home+", `the id "home" is used twice, first in line @- {id: home}`, nil},
	{"a flag in small letters", "", "code: NO_FIRM", "code: no_firm", "", "no_firm", "flags.no_firm", `"no_firm" is not an id, which is capitals, digits and underscores`, nil},

	// Kinds
	{"an unknown kind", "", "kind: month", "kind: mnth", "", "mnth", "questions.lm.since.kind", `there is no kind of question "mnth"`, nil},
	{"an unknown sensitivity", "", "sensitivity: safety", "sensitivity: save", "", "sensitivity: save", "questions.b.safe.sensitivity", `there is no sensitivity "save"; known are ordinary, personal, child-fact, child-identity, special, safety`, nil},
	{"one choice", "", "choices:\n      - {id: classic}\n      - {id: pocket}\n", "choices: # one\n      - {id: classic}\n", "", "choices: # one", "questions.b.model.choices", "the kind choice needs two choices or more", both("questions.b.model.choices.pocket")},
	{"a choice that the kind does not have", "", "{id: unknown, opens: danger}", "{id: dunno, opens: danger}", "", "dunno", "questions.b.safe.choices.dunno", "the kind maybe has the choices yes, no, unknown and no others", both("questions.b.safe.choices.unknown")},
	{"a pattern on a date", "", "    kind: month\n", "    kind: month\n    pattern: {\"\": x}\n", "", "pattern: {\"\": x}", "questions.lm.since.pattern", "pattern means nothing for the kind month", nil},
	{"a broken pattern", "", `NL: "^[0-9]{8}$"`, `NL: "^[0-9{8}$"`, "", "[0-9{8}", "questions.lm.card.pattern.NL", "the pattern cannot be read: error parsing regexp: missing closing ]: `[0-9{8}$`", nil},
	{"max below min", "", "min: 1\n    max: 20", "min: 30\n    max: 20", "", "max: 20", "questions.b.lamps.max", "min and max leave nothing between them", nil},
	{"no earliest date", "", `earliest: "2016-09" # the first`, `earliest: "autumn 2016" # the first`, "", "autumn 2016", "questions.b.first.earliest", `"autumn 2016" is not a date, such as 2014, 2014-04 or 2014-04-30`, nil},
	{"narrowed by what is no birth date", "", "narrow: {birth: b.dob", "narrow: {birth: b.name", "", "birth: b.name", "questions.b.first.narrow.birth", `"b.name" is not a question with a date that can be read here`, nil},
	{"narrowed by no day", "", `days: ["2020-07-01"]`, `days: ["2020-07-32"]`, "", "2020-07-32", "questions.b.last.narrow.days.1", `"2020-07-32" is not a day written year-month-day`, nil},
	{"a signature to skip", "", "    kind: signature\n", "    kind: signature\n    optional: true # skip\n", "", "# skip", "questions.k.sign.optional", "the kind signature cannot be skipped", both("questions.k.sign.skip")},
	{"paying without a document", "", "    document: agreement\n", "", "", "pays: true", "questions.k.act.pays", "an agreement that costs money needs its whole text as a document", nil},
	{"a document that is not there", "", "document: agreement", "document: contract", "", "document: contract", "questions.k.act.document", "there is no document contract.en.md (or .pdf, .html, .txt)", []string{"campaign.yaml questions.k.act.document"}},
	{"an agreement nobody can agree to", "", "choices:\n      - {id: agree, means: \"yes\"}", "choices: # nobody\n      - {id: agree}", "", "choices: # nobody", "questions.k.act.choices", "one choice of an agreement must mean yes", nil},
	{"staying without a note", "", "{id: others, opens: others, stays: true}", "{id: others, stays: true}", "", "{id: others, stays", "questions.lm.hello.choices.others.stays", "a choice after which the question stays needs a note to open", both("notes.others")},
	{"setting what is not there", "", "lm.first_name: first(lm.name)}", "lm.firstname: first(lm.name)}", "", "lm.firstname", "questions.k.act.choices.refuse.sets.lm.firstname", "there is no question lm.firstname", nil},

	// Expressions
	{"a choice that is none", "", `"stranger" in b.item`, `"strangr" in b.item`, "", "strangr", "questions.b.safe.when", `b.item is compared with "strangr", which is none of the answers to b.item (aloud, bedtime, homework, stranger)`, nil},
	{"a choice in a list", "", `one: lm.who == "self"`, `one: lm.who in ["self", "me"]`, "", "  one:", "group.one", `lm.who is compared with "me", which is none of the answers to lm.who (member, self, friend, minor)`, nil},
	{"a question that is none", "", "when: b.where == \"home\"", "when: b.were == \"home\"", "", "b.were", "questions.b.due.when", "there is no question b.were", nil},
	{"half a question", "", "when: b.where == \"home\"", "when: b != \"home\"", "", "b != ", "questions.b.due.when", "there is no question b", nil},
	{"a member where there is none", "", `when: lm.other == "yes"`, `when: b.may == "alone"`, "", "b.may == \"alone\"", "flags.OTHER_CLAIM.when", "b.may is asked about each member; here it can only be read through the list readers", nil},
	{"a choice of a member in the list", "", `"bedtime" in .b.item`, `"bedtme" in .b.item`, "", "bedtme", "questions.k.special.when", `b.item is compared with "bedtme", which is none of the answers to b.item (aloud, bedtime, homework, stranger)`, nil},
	{"a person's question in the list", "", `"bedtime" in .b.item`, `.lm.other == "yes"`, "", ".lm.other", "questions.k.special.when", "there is no question lm.other about a member", nil},
	{"a fact that is none", "", "when: f.lamps > 30", "when: f.lmps > 30", "", "f.lmps", "flags.MANY_LAMPS.when", "there is no fact lmps", nil},
	{"a country in small letters", "", "when: lm.deposit > 100.0", `when: lm.country == "nl"`, "", `lm.country == "nl"`, "flags.DEAR_DEPOSIT.when", `lm.country is compared with "nl", which is not the code of a country, such as NL`, nil},
	{"dates as equals", "", "when: b.may == \"objects\", reason", "when: b.first == b.last, reason", "", "b.first == b.last", "outcomes.6.when", "dates are imprecise and cannot be equal; compare them with surely_before or maybe_before", nil},
	{"a day that is none", "", `'!surely_before(b.last, day("2020-07-01"))'`, `'!surely_before(b.last, day("1 July"))'`, "", "1 July", "facts.listened.is", `"1 July" is not a day written year-month-day`, nil},
	{"no condition", "", "when: lm.deposit > 100.0", "when: lm.deposit", "", "when: lm.deposit}", "flags.DEAR_DEPOSIT.when", "a condition must be yes or no; this gives a number", nil},
	{"a comparison that does not fit", "", "when: lm.deposit > 100.0", "when: lm.deposit > \"much\"", "", "much", "flags.DEAR_DEPOSIT.when", "the expression does not fit: invalid operation: > (mismatched types float64 and string) (at character 12)", nil},
	{"an expression left open", "", "when: lm.deposit > 100.0", "when: lm.deposit > (100.0", "", "(100.0", "flags.DEAR_DEPOSIT.when", "the expression cannot be read: unexpected token EOF (at character 19)", nil},
	{"the time of day", "", "when: lm.deposit > 100.0", "when: now().Year() > 2026", "", "now()", "flags.DEAR_DEPOSIT.when", "there is no such function as now().Year", nil},
	{"a default that is no choice", "", `default: '"classic"'`, `default: '"clasic"'`, "", "clasic", "questions.b.model.default", `this gives "clasic", which is none of the answers to b.model (classic, pocket)`, nil},
	{"a default of the wrong kind", "", `default: '"classic"'`, "default: b.dob", "", "default: b.dob", "questions.b.model.default", "the answer to b.model must be a text; this gives a date", nil},
	{"facts in a circle", "", "is: 'age_min(b.dob, b.first) < 18'", "is: 'f.minor'", "", "'f.minor'", "facts.minor.is", "the fact depends on itself", nil},

	// Screens and order
	{"a question asked twice", "", "ask: [k.firm, k.news]", "ask: [k.firm, k.news, lm.moved]", "", "[k.firm", "screens.k.firm", "lm.moved is asked on the screen of line @ask: [lm.country, lm.moved] already", nil},
	{"a question nobody asks", "", "  - {part: 3, ask: [lm.since]}\n", "", "", "- id: lm.since", "questions.lm.since", "no screen asks this question, it has no default and no choice sets it", nil},
	{"a part that goes back", "", "{part: 3, ask: [lm.since]}", "{part: 2, ask: [lm.since]}", "", "[lm.since]", "screens.lm.since", "the screen goes back from part 3 to part 2", nil},
	{"a part left out", "", "{part: 2, ask: [b.name]}", "{part: 3, ask: [b.name]}", "", "[b.name]", "screens.b.name", "there is no part 2 between 1 and 3", nil},
	{"a box that is no box", "", "ask: [lm.country, lm.moved]", "ask: [lm.moved, lm.country]", "", "[lm.moved", "screens.lm.moved", "lm.country cannot be a box to tick; only questions of the kinds yes-no and agree can", nil},
	{"a screen about a question that is none", "", "ask: [lm.since]", "ask: [lm.sinse]", "", "[lm.sinse]", "screens.lm.sinse", "there is no question lm.sinse", []string{"campaign.yaml questions.lm.since"}},
	{"depending on a later answer", "", `when: '"stranger" in b.item'`, "when: b.lamps > 1", "", "b.lamps > 1", "questions.b.safe.when", "this depends on b.lamps, which is asked later", nil},
	{"depending on itself", "", `when: '"stranger" in b.item'`, `when: b.safe != "no"`, "", `b.safe != "no"`, "questions.b.safe.when", "this depends on the answer to b.safe itself", nil},
	{"depending on a later pack through a fact", "", `when: '"stranger" in b.item'`, "when: f.household == \"one\" && b.where == \"lost\"", "", "b.where == \"lost\"", "questions.b.safe.when", "this depends on b.where, which is asked later", nil},

	// Outcomes, flags, paths
	{"somebody without an outcome", "", "  - {tier: friend}\n", "", "", "reason: OBJECTION", "outcomes.6.when", "the last outcome has no condition, so that everybody gets one", nil},
	{"a reason that is no flag", "", "code: GROWN_UP", "code: GROWN", "", "reason: GROWN_UP", "outcomes.5.reason", "there is no flag GROWN_UP", nil},
	{"letting go with a flag that is none", "", "flag: ADULT_NOW", "flag: ADULT", "", "say: adult_now", "group.leave.1.flag", "there is no flag ADULT", nil},
	{"letting go without a word", "", "say: adult_now, flag: ADULT_NOW", "flag: ADULT_NOW", "", "flag: ADULT_NOW", "group.leave.1", "whoever lets a member go reads why: the note is missing, as say", both("notes.adult_now")},
	{"more members than a group has", "", "members: 2", "members: 7", "", "members: 7", "paths.member-of-two.members", "the group cannot have 7 members", nil},
	{"a group of thousands", "", "max: 6", "max: 6000", "", "group:", "group", "a group has 1 to 20 members, min not above max", []string{}},
	{"a name that is no name", "", "name: b.name", "name: b.may", "", "name: b.may", "group.name", `"b.may" is not a question of the kind name that is asked about each member`, nil},
	{"no question for another", "", "kind: group", "kind: yes-no", "", "group:", "group", "a campaign with a group has one question of the kind group; this has 0", nil},
	{"an unknown severity", "", "severity: critical", "severity: fatal", "", "fatal", "flags.UNSAFE_NOW.severity", `a flag's severity is one of info, low, medium, high, critical, not "fatal"`, nil},
	{"an unknown actor", "", "acts: safeguarding", "acts: police", "", "police", "flags.UNSAFE_NOW.acts", `who acts on a flag is one of nobody, parent, moderator, lawyer, safeguarding, not "police"`, nil},
	{"a walker with an answer that is none", "", "{lm.who: [friend], lm.country: [BE]}", "{lm.who: [fiend], lm.country: [BE]}", "", "fiend", "paths.friend.answers.lm.who", `this walker says "fiend", which is none of the answers to lm.who (member, self, friend, minor)`, nil},
	{"an objection without a reason", "", ", say: card_zeros}", "}", "", "startsWith", "questions.lm.card.doubt.1", "the reason is missing, as the name of a note", both("notes.card_zeros")},

	// Texts
	{"a text that is missing", "nl.yaml", "    short: Borg\n", "", "nl.yaml", "", "questions.lm.deposit.short", "the text is missing", nil},
	{"no reason why", "nl.yaml", "    why: Daarmee tekent u aan het eind.\n", "", "nl.yaml", "", "questions.lm.name.why", "the text is missing", nil},
	{"a hint in one language", "nl.yaml", "    hint: uw voornaam\n", "", "nl.yaml", "", "questions.lm.first_name.hint", "the text is missing here, while another language has it", nil},
	{"a voice in one language", "nl.yaml", "    ask_self: Wanneer bent u geboren?\n", "", "nl.yaml", "", "questions.b.dob.ask_self", "the text is missing here, while another language has it", nil},
	{"a text nobody uses", "en.yaml", "title: The lantern claim", "title: The lantern claim\nsubtitle: x", "en.yaml", "subtitle", "subtitle", "the campaign uses no text of this name", nil},
	{"a placeholder nobody fills", "en.yaml", "say: An agreement by which {foundation}", "say: An agreement by which {fundation}", "en.yaml", "fundation", "glossary.0.say", "nothing fills {fundation}: it is no value of the campaign, and the program does not know it", nil},
	{"other placeholders in another language", "nl.yaml", "title: De lantaarnclaim", "title: De {maker}claim", "nl.yaml", "title:", "title", "this fills {maker}, but en.yaml fills nothing", nil},
	{"a name that decides where a link leads", "en.yaml", "say: Money the library", "say: Money [the]({first_name}) library", "en.yaml", "say: Money", "glossary.1.say", "{first_name} decides where a link leads; only a value of the campaign may", nil},
	{"a label that is too long", "nl.yaml", "together: Ja, samen, geen bezwaar bekend", "together: Ja, wij beslissen samen, geen bezwaar bekend", "nl.yaml", "together:", "questions.b.may.choices.together", "the label has 44 characters; a small phone shows 36", nil},
	{"a hint that is too long", "nl.yaml", "hint: uw voornaam", "hint: uw voornaam, zoals die in uw paspoort staat, of zoals u altijd wordt genoemd", "nl.yaml", "hint: uw voornaam", "questions.lm.first_name.hint", "the label has 76 characters; a small phone shows 64", nil},
	{"a label in bold", "en.yaml", "lost: Lost", `lost: "**Lost**"`, "en.yaml", "lost:", "questions.b.where.choices.lost", "a label is plain words, without bold or links", nil},
	{"a screen that fits no message", "en.yaml", "ask: Where is the lantern now?", "ask: " + strings.Repeat("lantern ", 230), "en.yaml", "ask: lantern", "questions.b.where.ask", "with what stands around it, the screen is longer than the 2000 characters of a message", nil},
	{"a note that fits no message", "en.yaml", "stranger: If somebody", "stranger: " + strings.Repeat("lantern ", 250) + "If somebody", "en.yaml", "stranger: lantern", "notes.stranger", "the text has 2062 characters when its placeholders are filled; a message holds 2000", nil},
	{"a button that does not say what it costs", "nl.yaml", "agree: Akkoord, met betalingsverplichting", "agree: Akkoord", "nl.yaml", "agree: Akkoord", "questions.k.act.choices.agree", `the agreement costs money, so its button must read "Akkoord, met betalingsverplichting"`, nil},
	{"a glossary without an explanation", "en.yaml", "\n    say: Money the library keeps until you bring the lantern back.", "", "en.yaml", "words: [deposit]", "glossary.1.words", "an entry of the glossary has a list of words, and a text to say", nil},
	{"a brace left open", "en.yaml", "title: The lantern claim", "title: The {lantern claim", "en.yaml", "title:", "title", "a brace belongs to no {placeholder}; a placeholder is {letters_digits_underscores}", nil},
	{"NUL in a text", "en.yaml", "title: The lantern claim", "title: The lantern \x00claim", "en.yaml", "title:", "", "this line holds NUL, a byte that is no text", nil},
	{"NUL by an escape", "en.yaml", "title: The lantern claim", `title: "The lantern \0claim"`, "en.yaml", "title:", "title", "a language file cannot hold a YAML escape for what is no character", nil},
	{"a text in another encoding", "nl.yaml", "title: De lantaarnclaim", "title: De caf\xe9claim", "nl.yaml", "title:", "", "this line is not UTF-8; save the file in that encoding", nil},
	{"an agreement in another encoding", "agreement.nl.md", "Het kost", "Het ko\xebst", "agreement.nl.md", "Het ko", "", "this line is not UTF-8; save the file in that encoding", nil},
	{"a list for a text", "en.yaml", "title: The lantern claim", "title: [The, claim]", "en.yaml", "title:", "title", "this must be a text, not a list", nil},
}

// TestASlipGivesItsFault makes each slip alone and wants exactly its fault, at its line.
func TestASlipGivesItsFault(t *testing.T) {
	t.Parallel()
	for _, s := range slips {
		t.Run(s.label, func(t *testing.T) {
			t.Parallel()
			files := folder(t)
			file := s.file
			if file == "" {
				file = campaignFile
			}
			change(t, files, file, s.old, s.new)
			_, faults := Load(files, ".")
			if s.in == "" {
				s.in = campaignFile
			}
			body := string(files[s.in].Data)
			reason, mark, _ := strings.Cut(s.reason, "@")
			if mark != "" {
				snippet, rest := mark, ""
				if cut, ok := strings.CutSuffix(mark, " already"); ok {
					snippet, rest = cut, " already"
				}
				reason += strconv.Itoa(lineOf(t, body, snippet)) + rest
			}
			want := []string{wording.Fault{File: s.in, Line: lineOf(t, body, s.at), Where: s.where, Reason: reason}.String()}
			var got []string
			for _, f := range faults {
				if i := slices.Index(s.also, f.File+" "+f.Where); i >= 0 && f.String() != want[0] {
					s.also = slices.Delete(s.also, i, i+1)
					continue
				}
				got = append(got, f.String())
			}
			if diff := cmp.Diff(want, got); diff != "" || len(s.also) > 0 {
				t.Errorf("faults (-want +got, and without %v):\n%s", s.also, diff)
			}
		})
	}
}

// both names a key in both language files.
func both(key string) []string { return []string{"en.yaml " + key, "nl.yaml " + key} }

// lineOf finds the line of a snippet; "x@2" is its second line, "" is no line.
func lineOf(t *testing.T, body, snippet string) int {
	t.Helper()
	if snippet == "" {
		return 0
	}
	nth := 1
	if i := strings.LastIndexByte(snippet, '@'); i >= 0 {
		n, err := strconv.Atoi(snippet[i+1:])
		if err != nil {
			t.Fatal(err)
		}
		snippet, nth = snippet[:i], n
	}
	for i, line := range strings.Split(body, "\n") {
		if strings.Contains(line, snippet) {
			if nth--; nth == 0 {
				return i + 1
			}
		}
	}
	t.Fatalf("no line holds %q", snippet)
	return 0
}
