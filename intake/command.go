package intake

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake/answer"
	"claimline/intake/wording"
)

// The commands that work today. Their names in other languages are in the language files.
var commands = []string{"start", "status", "help", "language", "privacy", "cancel", "withdraw", "delete", "link", "guardian", "danger"}

// CommandName is a command as a platform's menu lists it.
type CommandName struct {
	Language    string
	Name        string
	Description string
}

// Commands lists the commands in every language, for the menus of the platforms: by the name that
// the language has for one, else by the English one.
func (w *Words) Commands() []CommandName {
	var out []CommandName
	for _, lang := range w.Languages() {
		for _, name := range commands {
			shown := name
			if own := w.In(lang).List("commands." + name + ".names"); lang != "en" && len(own) > 0 {
				shown = own[0]
			}
			out = append(out, CommandName{lang, shown, w.In(lang).Text("commands."+name+".about", nil).Plain()})
		}
	}
	return out
}

// known finds the command behind a typed word, in any language: "/wissen" is "delete".
func (w *Words) known(word string) string {
	for _, name := range commands {
		if word == name {
			return name
		}
		for _, c := range w.catalogs {
			if slices.Contains(c.List("commands."+name+".names"), word) {
				return name
			}
		}
	}
	return ""
}

func (t *talk) command(text string) {
	word, payload, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "/"), " ")
	name := t.Words.known(strings.ToLower(word))
	if t.Conversation.Stage == StageStopped && name != "delete" && name != "privacy" {
		t.showStopped()
		return
	}
	switch name {
	case "start":
		t.start(strings.TrimSpace(payload))
	case "status":
		t.status()
	case "help":
		t.help(t.current())
	case "language":
		t.open("language")
	case "privacy":
		t.privacy()
	case "cancel":
		t.cancel()
	case "link":
		t.offerCode()
	case "guardian":
		t.askGuardian(ReadCode(payload))
	case "withdraw":
		t.askWithdraw()
	case "delete":
		t.open("delete")
	default:
		t.again("no-such-command", nil)
	}
}

// start opens the conversation, or goes on where it stood. A deep link such as
// "tiktok-nl-school" carries campaign, language and source.
func (t *talk) start(payload string) {
	if code, ok := strings.CutPrefix(payload, guardianLink); ok {
		t.askGuardian(ReadCode(code))
		return
	}
	state := t.state()
	fresh := len(state.Answers) == 0
	parts := strings.SplitN(payload, "-", 3)
	if parts[0] != t.Campaign.ID {
		parts = nil // another campaign's link, or none
	}
	if len(parts) > 1 && slices.Contains(t.Campaign.Languages, parts[1]) && fresh {
		t.Conversation.Language = parts[1]
	}
	if len(parts) > 2 && state.Source == "" && linkSource(parts[2]) {
		state.Source = parts[2]
	}
	if t.closedNow() {
		t.tell(Message{Text: t.say("paused", t.days())})
		return
	}
	if !fresh {
		t.above = append(t.above, t.say("welcome-back", nil))
	}
	t.show()
}

// linkSource accepts what a deep link may carry as its source: short, letters and digits.
func linkSource(s string) bool {
	return len(s) <= 32 && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) < 0
}

// link leads to the bot with this campaign and language; the campaign's own site where the
// platform has no such links.
func (t *talk) link(source string) string {
	if t.Link == "" {
		if site := t.Campaign.Values["site"].In(t.Conversation.Language); site != "" {
			return site
		}
		return "{site}" // as every text shows what the operator has not decided
	}
	return t.Link + t.Campaign.ID + "-" + t.Conversation.Language + "-" + source
}

// privacy shows the campaign's own notice, at any time: Telegram's terms for bots demand the command.
func (t *talk) privacy() {
	for _, s := range t.Campaign.Screens {
		q := t.Campaign.Question(s.ID())
		if q.Kind == answer.Notice && s.ID() != t.Campaign.Screens[0].ID() {
			t.tell(Message{Text: t.textOf("questions."+q.ID+".ask", 0), Buttons: t.backToQuestion()})
			return
		}
	}
	t.tell(Message{Text: t.say("no-notice", nil)})
}

func (t *talk) cancel() {
	if t.Conversation.Stage == StageSent {
		t.tell(Message{Text: t.say("cancel-sent", wording.Args{"reference": t.Submission.Reference}), Buttons: t.backToQuestion()})
		return
	}
	t.open("stop")
}

// cancelOrDelete asks whether everything is to be erased, sent or not.
func (t *talk) cancelOrDelete() {
	if t.Conversation.Stage == StageSent {
		t.open("delete")
		return
	}
	t.open("stop")
}

func (t *talk) askWithdraw() {
	switch {
	case t.Submission == nil && len(t.state().Beside) > 0:
		t.tell(Message{Text: wording.Lines(t.say("nothing-agreed", t.days()), t.beside()), Buttons: t.backToQuestion()})
	case t.Submission == nil:
		t.open("stop")
	case t.Submission.Status == Withdrawn:
		t.status()
	case !slices.ContainsFunc(t.Submission.Consents, func(c Consent) bool { return c.Given }):
		t.open("delete") // nothing was agreed to that could be taken back
	default:
		t.open("withdraw")
	}
}

// withdraw ends the agreement (Art. 11a of Directive 2011/83: confirmed above, a receipt with date
// and time below). Moderators cannot stop it.
func (t *talk) withdraw() {
	s := t.Submission
	if s == nil || s.Status == Withdrawn {
		t.show()
		return
	}
	s.Status, s.Counts = Withdrawn, false
	t.state().Fetching = nil // what is still on its way is not kept
	now := t.Now
	for i := range s.Consents {
		if s.Consents[i].Given && s.Consents[i].Withdrawn == nil {
			s.Consents[i].Withdrawn = &now
		}
	}
	t.audit("withdrawal", map[string]string{"submission": s.ID})
	t.state().Pack = nil
	t.changed()
	t.tell(Message{Text: t.say("withdrawn", wording.Args{"reference": s.Reference, "when": t.moment(now)})})
	t.show()
}

// moment is a date and a time of day in the campaign's time zone, in words.
func (t *talk) moment(at time.Time) string {
	local := at.In(t.Campaign.Location())
	return t.shown(answer.Date, local.Format(time.DateOnly)) + ", " + local.Format("15:04 MST")
}

// forget erases everything about this person. Only a tombstone of a submission stays: number,
// outcome and dates, so that an earlier count can still be explained.
func (t *talk) forget(why string) {
	refs := map[string]string{}
	if t.Submission != nil {
		refs["submission"] = t.Submission.ID
	}
	t.audit("erasure", refs)
	t.retire(t.state().Prompt, t.say("erased-line", nil))
	t.turn.Forget, t.turn.Others = true, why == "delete"
	said := t.say("erased", nil)
	if !t.turn.Others && len(t.state().Beside) > 0 {
		said = wording.Lines(t.say("erased-here", t.days()), t.beside())
	}
	t.queue(Outgoing{Do: Say, Body: Message{Text: said}})
	t.turn.Parting = &Message{Text: wording.Lines(t.say("erased-elsewhere", nil), said)}
}

// restart begins again with an empty interview.
func (t *talk) restart() {
	if t.Conversation.Stage == StageSent {
		t.show()
		return
	}
	t.empty()
	t.show()
}

// empty erases what was said so far and destroys the keys of the members.
func (t *talk) empty() {
	state := t.state()
	for _, item := range slices.Clone(state.Members) {
		t.letGo(item)
	}
	t.turn.Destroy = append(t.turn.Destroy, Special, Safety)
	*state = State{Answers: map[Key]Answer{}, Last: state.Last, Source: state.Source, Prompt: state.Prompt, Notes: state.Notes}
	t.Conversation.Country = ""
	t.changed()
}

// stop ends the conversation of somebody under 18: what was entered is erased, and for a day only
// "this chat has stopped" is remembered.
func (t *talk) stop() {
	country := t.Conversation.Country
	t.empty()
	t.state().Notes = nil
	t.Conversation.Stage = StageStopped
	t.changed()
	t.Conversation.Screen = "stopped"
	t.Conversation.Showing++
	t.Conversation.Expires = t.Now.Add(time.Duration(t.Campaign.Retention.StoppedHours) * time.Hour)
	t.audit("erasure", map[string]string{"why": "under-18"})
	old := t.state().Prompt
	t.sayStopped(country)
	t.retire(old, t.say("erased-line", nil))
}

// showStopped says so again; the country is not remembered, so the lines are those that hold everywhere.
func (t *talk) showStopped() { t.sayStopped("") }

func (t *talk) sayStopped(country string) {
	t.state().At = "stopped"
	t.prompt(Message{
		Text: wording.Lines(t.say("under-18", wording.Args{"link": t.link("child")}), t.Words.linesFor(t.Conversation.Language, country, true)),
		Buttons: [][]Button{
			{{Label: t.label("send-to-parent"), Action: "parent"}},
			{{Label: t.label("pressed-wrong"), Action: "adult"}},
		},
	})
}

// status says where somebody stands, without repeating anything they entered.
func (t *talk) status() {
	if t.Submission == nil {
		args := wording.Args{"title": t.textOf("title", 0).Plain()}
		t.tell(Message{Text: wording.Lines(t.words().Count("status-open", t.minutesLeft(t.walk()), args), t.beside()), Buttons: t.backToQuestion()})
		return
	}
	text := t.say("status."+t.Submission.Status, wording.Args{"reference": t.Submission.Reference})
	if s := t.Submission.Status; s == Withdrawn || s == Rejected || s == Merged {
		t.tell(Message{Text: text, Buttons: t.backToQuestion()})
		return
	}
	for i, m := range t.Submission.Members {
		line := wording.Args{"child": t.campaignText("group.member", wording.Args{"n": strconv.Itoa(i + 1)}).Plain()}
		text = wording.Lines(text, capital(t.campaignText("tiers."+m.Outcome, line)))
	}
	text = wording.Lines(text, t.progress(), t.beside())
	t.tell(Message{Text: text, Buttons: t.backToQuestion()})
}

// progress is how far the campaign is, where it says so to people: what is verified, and nothing else.
func (t *talk) progress() wording.Text {
	if !t.Campaign.Progress || t.Submission.Test || t.Verified == nil {
		return nil
	}
	n, ok := t.Verified(t.Campaign.ID)
	if !ok {
		return nil
	}
	return t.words().Count("progress", n, wording.Args{"threshold": strconv.Itoa(t.Campaign.Threshold)})
}

// dangerous reports whether words are a cry for help: exact phrases of the language files, so that
// an answer is never mistaken for one.
func (w *Words) dangerous(text string) bool {
	said := fold(text)
	if strings.TrimSpace(text) == "🆘" {
		return true
	}
	for _, c := range w.catalogs {
		if said != "" && slices.Contains(c.List("words.danger"), said) {
			return true
		}
	}
	return false
}

// campaignOfLink is the campaign that a deep link names: "/start tiktok-nl-school".
func campaignOfLink(e Event) string {
	said, ok := e.Did.(Said)
	if !ok {
		return ""
	}
	payload, ok := strings.CutPrefix(said.Text, "/start ")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(payload, "-")
	return id
}
