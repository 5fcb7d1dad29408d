package intake

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// Of countries and screens the largest are told apart.
const mostTold = 5

// Figures words a tally for a moderator. Verified, in review and supporters stay numbers of their
// own: a total of them would mean nothing.
func (w *Words) Figures(t Tally, c *campaign.Campaign, lang string) wording.Text {
	f := figures{Tally: t, campaign: c, words: w.In(lang), lang: lang}
	return wording.Lines(slices.Concat(f.standing(), f.work(), f.countries(), f.screens())...)
}

// Milestone says how much of the threshold is reached, for the moderators.
func (w *Words) Milestone(c *campaign.Campaign, lang string, percent, verified int) wording.Text {
	return w.In(lang).Text("stats.milestone", wording.Args{"title": c.Text(lang, "title", "", nil).Plain(),
		"percent": strconv.Itoa(percent), "n": strconv.Itoa(verified), "threshold": strconv.Itoa(c.Threshold)})
}

// Milestone is the highest of 10, 25, 50, 75 and 100 percent of the threshold that a count passed on
// its way up; ok is false where it passed none, or there is no threshold.
func Milestone(before, after, threshold int) (percent int, ok bool) {
	for _, rung := range []int{100, 75, 50, 25, 10} {
		if threshold > 0 && after*100 >= rung*threshold && before*100 < rung*threshold {
			return rung, true
		}
	}
	return 0, false
}

// figures is the workbench on which a tally is worded.
type figures struct {
	Tally
	campaign *campaign.Campaign
	words    *wording.Catalog
	lang     string
}

func (f figures) say(key string, args wording.Args) wording.Text {
	return f.words.Text("stats."+key, args)
}

func (f figures) number(key string, n int) wording.Text {
	return f.say(key, wording.Args{"n": strconv.Itoa(n)})
}

func (f figures) standing() []wording.Text {
	title := f.campaign.Text(f.lang, "title", "", nil).Plain()
	lines := []wording.Text{
		f.say("head", wording.Args{"title": title, "day": f.day(f.Until.In(f.Since.Location()))}), f.goal(),
		f.number("in-review", f.All.InReview), f.number("supporters", f.All.Supporters),
	}
	if f.All.Other > 0 {
		lines = append(lines, f.number("other", f.All.Other))
	}
	if f.Tests > 0 {
		lines = append(lines, f.number("tests", f.Tests))
	}
	return lines
}

// goal is how far it is to the threshold. A percentage is rounded down: 299 of 300 is not all.
func (f figures) goal() wording.Text {
	n, threshold := f.All.Verified, f.campaign.Threshold
	args := wording.Args{"n": strconv.Itoa(n), "threshold": strconv.Itoa(threshold)}
	switch {
	case threshold == 0:
		return f.say("verified", args)
	case n >= threshold:
		return f.say("reached", args)
	}
	args["percent"], args["left"] = strconv.Itoa(n*100/threshold), strconv.Itoa(threshold-n)
	return f.say("goal", args)
}

// work is what came in during the period, and what it took.
func (f figures) work() []wording.Text {
	sent := f.Sent()
	lines := []wording.Text{f.say("sent", wording.Args{"day": f.day(f.Since), "n": strconv.Itoa(sent)})}
	if f.Cases == nil {
		return lines
	}
	if sent > 0 {
		share := math.Round(float64(f.Cases.Opened) / float64(sent) * 100)
		lines = append(lines, f.say("cases", wording.Args{"percent": strconv.Itoa(int(share)), "n": strconv.Itoa(f.Cases.Opened), "sent": strconv.Itoa(sent)}))
	}
	if f.Cases.Decided > 0 {
		taps := message.NewPrinter(language.Make(f.lang)).Sprint(number.Decimal(f.Cases.Taps, number.MaxFractionDigits(1)))
		lines = append(lines, f.say("taps", wording.Args{"taps": taps}), f.say("to-decide", wording.Args{"time": f.span(f.Cases.ToDecide)}))
	}
	return lines
}

// span words a time in hours, or in minutes where it is less than two hours.
func (f figures) span(d time.Duration) string {
	if d < 2*time.Hour {
		return f.words.Count("stats.minutes", int(d.Round(time.Minute).Minutes()), nil).Plain()
	}
	return f.words.Count("stats.hours", int(d.Round(time.Hour).Hours()), nil).Plain()
}

func (f figures) countries() []wording.Text {
	verified := map[string]int{}
	for code, at := range f.Countries {
		if at.Verified > 0 {
			verified[code] = at.Verified
		}
	}
	return f.largest("countries", verified, "elsewhere", func(code string) string {
		if code == "" {
			return f.say("nowhere", nil).Plain()
		}
		return answer.Show(answer.Country, code, f.lang)
	})
}

// screens leaves out the smaller ones: they are many, and say little.
func (f figures) screens() []wording.Text {
	return f.largest("screens", f.Screens, "", func(id string) string {
		if f.campaign.Question(id) == nil {
			return f.say("menu", nil).Plain()
		}
		return f.campaign.Text(f.lang, "questions."+id+".short", "", f.anybody()).Plain()
	})
}

// anybody fills a screen's name where it holds the name of a member.
func (f figures) anybody() wording.Args {
	member := strings.TrimSpace(f.campaign.Text(f.lang, "group.member", "", wording.Args{"n": ""}).Plain())
	return wording.Args{"first_name": member, "name": member, "child": member}
}

// largest lists the largest numbers under a heading, and all others in one line where there is a word for them.
func (f figures) largest(heading string, numbers map[string]int, others string, name func(key string) string) []wording.Text {
	if len(numbers) == 0 {
		return nil
	}
	lines := []wording.Text{f.say(heading, nil)}
	rest := 0
	for i, key := range ranked(numbers) {
		if i >= mostTold {
			rest += numbers[key]
			continue
		}
		lines = append(lines, f.line(name(key), numbers[key]))
	}
	if rest > 0 && others != "" {
		lines = append(lines, f.line(f.say(others, nil).Plain(), rest))
	}
	return lines
}

func (f figures) line(what string, n int) wording.Text {
	return f.say("line", wording.Args{"what": what, "n": strconv.Itoa(n)})
}

func (f figures) day(at time.Time) string {
	return answer.Show(answer.Date, at.Format(time.DateOnly), f.lang)
}
