package campaign

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Every sensitivity, from the least delicate.
var sensitivities = []Sensitivity{Ordinary, Personal, ChildFact, ChildIdentity, Special, Safety}

// Longest times that a campaign may keep what nobody sent in, and remember that a chat stopped.
const (
	maxUnsentDays   = 90
	maxStoppedHours = 72
)

// head checks what stands before the questions.
func (l *loader) head(c *Campaign) {
	if c.Version < 1 {
		l.at("version", "the version counts from 1")
	}
	if c.Threshold < 0 {
		l.at("threshold", "the threshold is a number of claimants, 0 for none")
	}
	if c.Progress && c.Threshold == 0 {
		l.at("progress", "progress is told towards a threshold; set one, or leave progress out")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || c.TimeZone == "Local" {
		l.at("time_zone", "%q is not the name of a time zone, such as Europe/Amsterdam", c.TimeZone)
	}
	if d := c.Retention.UnsentDays; d < 1 || d > maxUnsentDays {
		l.at("retention.unsent_days", "what was not sent in is erased after 1 to %d days", maxUnsentDays)
	}
	if h := c.Retention.StoppedHours; h < 1 || h > maxStoppedHours {
		l.at("retention.stopped_hours", "that a chat stopped is remembered for 1 to %d hours", maxStoppedHours)
	}
	l.spoken(c)
	l.countries(c)
	l.policies(c)
	l.values(c)
}

func (l *loader) spoken(c *Campaign) {
	if len(c.Languages) == 0 && !l.faulted(campaignFile, "languages") {
		l.at("languages", "a campaign speaks at least one language")
	}
	for i, lang := range c.Languages {
		where := "languages." + strconv.Itoa(i+1)
		tag, err := language.Parse(lang)
		switch {
		case err != nil || tag.String() != lang:
			l.at(where, "%q is not the code of a language, such as nl", lang)
		case slices.Index(c.Languages, lang) < i:
			l.at(where, "the language %s stands here twice", lang)
		}
	}
}

func (l *loader) countries(c *Campaign) {
	lists := map[string][]string{"in": c.Countries.In, "opt_in": c.Countries.OptIn, "near": c.Countries.Near}
	for name, codes := range lists {
		for i, code := range codes {
			where := numbered("countries."+name, i)
			switch {
			case !isCountry(code):
				l.at(where, "%q is not the code of a country, such as NL", code)
			case slices.Index(codes, code) < i:
				l.at(where, "%s stands in this list twice", code)
			case name == "opt_in" && slices.Contains(c.Countries.In, code):
				l.at(where, "%s is in the list countries.in already", code)
			}
		}
	}
}

func (l *loader) policies(c *Campaign) {
	for platform, policy := range c.Policy {
		where := "policy." + platform
		for s, place := range policy {
			if !slices.Contains(sensitivities, s) {
				l.at(where+"."+string(s), "there is no sensitivity %q; known are %s", s, listed(sensitivities))
			}
			if !slices.Contains([]string{InChat, OnPage, Never}, place) {
				l.at(where+"."+string(s), "a platform carries an answer in chat, on a page or never, not %q", place)
			}
		}
		for _, s := range sensitivities {
			if _, ok := policy[s]; !ok {
				l.at(where, "the policy does not say where %s answers are carried", s)
			}
		}
	}
}

func (l *loader) values(c *Campaign) {
	for name, value := range c.Values {
		where := "values." + name
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			l.at(where, "the name of a value is small letters, digits and underscores")
		}
		if slices.Contains(EnginePlaceholders, name) {
			l.at(where, "{%s} is filled by the program; choose another name", name)
		}
		for lang := range value {
			if lang != "" && len(c.Languages) > 0 && !slices.Contains(c.Languages, lang) {
				l.at(where+"."+lang, "the campaign does not speak %q", lang)
			}
		}
		for _, lang := range c.Languages {
			if _, ok := value[lang]; len(value) > 0 && !ok && value[""] == "" {
				l.at(where, "the value is missing in the language %s", lang)
			}
		}
	}
}

func listed[T ~string](items []T) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = string(item)
	}
	return strings.Join(words, ", ")
}
