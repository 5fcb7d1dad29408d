package main

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// consentsAreWhatWasShown compares what stands with each agreement on file, the hash of its words,
// with the edition of the campaign that its parent had before them.
func (e *evidence) consentsAreWhatWasShown() []failure {
	known := e.agreements()
	var all []failure
	for _, l := range e.register {
		i := slices.IndexFunc(e.cast, func(p player) bool { return p.Receipt == l.Reference })
		if i < 0 {
			continue // told of elsewhere
		}
		p := e.cast[i]
		for _, c := range l.Consents {
			number := "0"
			if found := editionOf.FindStringSubmatch(p.Past.Shown[c.Purpose]); found != nil {
				number = found[1]
			}
			stands, ok := known[c.TextSHA256]
			switch saw := c.Purpose + " " + number; {
			case p.Past.Shown[c.Purpose] == "":
				all = append(all, failed("parent %d (%s) is said to have agreed to %s, which was not shown", p.Number, l.Reference, c.Purpose))
			case !ok:
				all = append(all, failed("the words of %s that parent %d (%s) is said to have agreed to were in no edition", c.Purpose, p.Number, l.Reference))
			case stands.String() != saw:
				f := failed("parent %d (%s) was shown %s and is said to have agreed to %s", p.Number, l.Reference, saw, stands)
				f.Trail = e.since(p, c.Purpose)
				all = append(all, f)
			case c.Version < e.editions[stands.first].Version || c.Version > e.editions[stands.number].Version:
				all = append(all, failed("parent %d (%s) agreed to %s, which is said to be of version %d", p.Number, l.Reference, stands, c.Version))
			}
		}
	}
	return all
}

// wordsSettle is how long after an edit of the campaign somebody may still send what they had agreed to.
const wordsSettle = time.Second

// nobodySendsWhatWasReplaced looks for agreements whose words had been edited before the claim was sent:
// who agreed to the earlier ones must have been asked again. On the page nobody sees when it was sent; and
// of two processes at once one may not have read the edit.
func (e *evidence) nobodySendsWhatWasReplaced() []failure {
	if slices.ContainsFunc(e.struck, func(f struck) bool { return f.name == "two" }) {
		return nil
	}
	known := e.agreements()
	var all []failure
	for _, l := range e.register {
		i := slices.IndexFunc(e.cast, func(p player) bool { return p.Receipt == l.Reference && p.telegram != 0 })
		if i < 0 {
			continue
		}
		inForce := 0
		sent := e.sentAt(e.cast[i])
		for _, f := range e.struck {
			if f.name == campaignEdited && sent.Sub(f.from) > wordsSettle {
				inForce++
			}
		}
		for _, c := range l.Consents {
			if stands, ok := known[c.TextSHA256]; ok && stands.number < inForce {
				all = append(all, failed("%s was sent with an agreement to %s when number %d had replaced it", l.Reference, stands, inForce))
			}
		}
	}
	return all
}

// sentAt is when a parent on Telegram did what sent their claim: the last thing before they got its number.
func (e *evidence) sentAt(p player) (sent time.Time) {
	for _, t := range e.telegram {
		switch {
		case !ofChat(t, p):
		case t.Act != "":
			sent = t.At
		case strings.Contains(t.Params["text"]+t.Params["caption"], p.Receipt):
			return sent
		}
	}
	return time.Time{}
}

// edition is an agreement in one of the editions of the campaign, or in several, one after the other,
// that say the same.
type edition struct {
	purpose       string
	first, number int // number is the last one
}

func (e edition) String() string { return e.purpose + " " + strconv.Itoa(e.number) }

// agreements are the hashes of all agreements of all editions; of words that were not edited, the last.
func (e *evidence) agreements() map[string]edition {
	known := map[string]edition{}
	for i, c := range e.editions {
		for hash, purpose := range agreements(c) {
			first := i
			if before, ok := known[hash]; ok {
				first = before.first
			}
			known[hash] = edition{purpose, first, i}
		}
	}
	return known
}

// agreements are the hashes of what a campaign's agreements say, with their purposes: their words in
// every voice, the buttons that agree, and the document. Anybody can make them from the files.
func agreements(c *campaign.Campaign) map[string]string {
	all := map[string]string{}
	for _, q := range c.Questions {
		if q.Kind != answer.Agree {
			continue
		}
		for _, voice := range []string{"", "self", "supporter"} {
			parts := []string{c.Text("en", "questions."+q.ID+".ask", voice, nil).Plain()}
			for _, choice := range q.Choices {
				if choice.Means == answer.Yes {
					parts = append(parts, c.Text("en", "questions."+q.ID+".choices."+choice.ID, "", nil).Plain())
				}
			}
			if q.Document != "" {
				body, _, _ := c.Document(q.Document, "en")
				parts = append(parts, string(body))
			}
			sum := sha256.Sum256([]byte(strings.Join(parts, "\n\n")))
			all[hex.EncodeToString(sum[:])] = q.ID
		}
	}
	return all
}
