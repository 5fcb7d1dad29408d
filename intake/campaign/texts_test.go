package campaign

import (
	"slices"
	"strings"
	"testing"

	"claimline/intake/wording"
)

func TestTextsAreFilledByLanguageAndVoice(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for _, test := range []struct {
		lang, key, voice string
		args             wording.Args
		want             string
	}{
		{"en", "questions.b.dob.ask", "", wording.Args{"first_name": "{fee} **Bram**"}, "When was {fee} **Bram** born?"},
		{"nl", "questions.b.dob.ask", "self", nil, "Wanneer bent u geboren?"},
		{"nl", "questions.b.last.ask", "self", nil, "En de laatste keer?"},
		{"nl", "questions.k.firm.ask", "", nil, "U mag mijn dossier aan Voorbeeld & Lantaarn geven."},
		{"en", "glossary.0.say", "", nil, "An agreement by which the Reading Light Foundation may act for you."},
		{"nl", "glossary.0.say", "", nil, "Een afspraak waarmee de Stichting Leeslicht voor u mag optreden."},
		{"fr", "title", "", nil, "The lantern claim"},
		{"en", "questions.b.dob.hint", "", nil, ""},
		{"en", "no.such.text", "", nil, ""},
	} {
		if got := c.Text(test.lang, test.key, test.voice, test.args).Plain(); got != test.want {
			t.Errorf("%s %s (%s): got %q, want %q", test.lang, test.key, test.voice, got, test.want)
		}
	}
	hello := c.Text("en", "questions.lm.hello.ask", "", nil)
	if !slices.ContainsFunc(hello, func(s wording.Span) bool { return s.Link == "https://leeslicht.example/bot" && s.Text == "our page" }) {
		t.Errorf("the greeting leads nowhere: %+v", hello)
	}
}

func TestDocumentsAreFilledWithTheCampaignsValues(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for lang, want := range map[string]string{"en": "the Reading Light Foundation acts", "nl": "Het kost één keer € 5", "fr": "It costs €5 once"} {
		body, file, media := c.Document("agreement", lang)
		if !strings.Contains(strings.ToLower(string(body)), strings.ToLower(want)) || strings.Contains(string(body), "{") {
			t.Errorf("%s: %s", lang, body)
		}
		if media != "text/markdown; charset=utf-8" || !strings.HasPrefix(file, "agreement.") {
			t.Errorf("%s: %s %s", lang, file, media)
		}
	}
	if body, file, _ := c.Document("no-such", "en"); body != nil || file != "" {
		t.Errorf("a document out of nothing: %s", file)
	}
}

func TestAValueNobodyFilledIsListed(t *testing.T) {
	t.Parallel()
	if got := lanterns(t).Unfilled(); len(got) != 0 {
		t.Errorf("unfilled: %v", got)
	}
	files := folder(t)
	change(t, files, campaignFile, "law_firm: Voorbeeld & Lantaarn", "law_firm: null")
	change(t, files, campaignFile, `fee: {en: "€5", nl: "€ 5"}`, `fee: {en: "€5", nl: ""}`)
	c, faults := Load(files, ".")
	if c == nil {
		t.Fatal(faults)
	}
	if got := c.Unfilled(); !slices.Equal(got, []string{"fee", "law_firm"}) {
		t.Errorf("unfilled: %v", got)
	}
	if got := c.Text("nl", "questions.k.firm.ask", "", nil).Plain(); got != "U mag mijn dossier aan {law_firm} geven." {
		t.Errorf("a value nobody filled shows as %q", got)
	}
}

func TestATextThatCallsItselfADraftIsListed(t *testing.T) {
	t.Parallel()
	if got := lanterns(t).Drafts(); got != nil {
		t.Errorf("drafts: %v", got)
	}
	const heading = "# Agreement"
	for _, test := range []struct {
		label, file, old, new string
		want                  []string
	}{
		{"in bold on a line of its own", "agreement.en.md", heading, "\n**DRAFT for a lawyer.**\n" + heading, []string{"agreement.en.md:2"}},
		{"as the heading", "agreement.en.md", heading, "# DRAFT", []string{"agreement.en.md:1"}},
		{"in brackets", "agreement.en.md", heading, "[CONCEPT]\n" + heading, []string{"agreement.en.md:1"}},
		{"in a text", "nl.yaml", "title: De lantaarnclaim", "title: CONCEPT van de lantaarnclaim", []string{"nl.yaml:3"}},
		{"as an ordinary word", "agreement.en.md", heading, "Draft a letter, in CONCEPT.\n" + heading, nil},
		{"as part of another", "agreement.en.md", heading, "CONCEPTUAL\n" + heading, nil},
	} {
		files := folder(t)
		change(t, files, test.file, test.old, test.new)
		c, faults := Load(files, ".")
		if c == nil {
			t.Fatal(faults)
		}
		if got := c.Drafts(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.label, got, test.want)
		}
	}
}

func TestTheGlossaryIsRead(t *testing.T) {
	t.Parallel()
	terms := lanterns(t).Glossary("nl")
	if len(terms) != 2 || !slices.Equal(terms[1].Words, []string{"borg"}) || terms[1].Say.Plain() != "Geld dat de bibliotheek houdt tot u de lantaarn terugbrengt." {
		t.Errorf("glossary: %+v", terms)
	}
}

func TestWhatIsKnownOfACampaign(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	if got := c.Tiers(); !slices.Equal(got, []Tier{"reader", "reader_optin", "friend"}) {
		t.Errorf("tiers: %v", got)
	}
	for id, want := range map[string]Sensitivity{"b.safe": Safety, "b.name": ChildIdentity, "lm.hello": Ordinary, "none": Ordinary} {
		if got := c.SensitivityOf(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if c.Question("none") != nil || c.Question("b.safe").ID != "b.safe" {
		t.Error("questions are not found by their ids")
	}
}
