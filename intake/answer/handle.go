package answer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	handleForm  = regexp.MustCompile(`^[a-z0-9._]{2,24}$`)
	profileLink = regexp.MustCompile(`^(?:https?://)?[a-z0-9.-]+\.[a-z]{2,}/@([^/?#]*)(?:[/?#].*)?$`)
	shortLink   = regexp.MustCompile(`^(?:https?://)?(?:v[a-z]\.[a-z0-9.-]+/|[a-z0-9.-]+\.[a-z]{2,}/t/)`)
	anyLink     = regexp.MustCompile(`^(?:https?://|www\.)|^[a-z0-9.-]+\.[a-z]{2,}/`)
)

// mostHandles is how many user names a question takes when it does not say.
const mostHandles = 3

// readHandle reads user names, with or without @ or as links to a profile, several of them
// separated by commas, spaces or "and". They are lower-cased, for platforms do not tell cases
// apart, and the same one twice counts once. Several are said back: a name with a space in it
// that is no user name at all looks the same.
func readHandle(line string, lim Limits, s Situation) (Reading, *Unfit) {
	most := lim.Max
	if most == 0 {
		most = mostHandles
	}
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(line)), func(r rune) bool {
		return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\t' || r == '|'
	})
	var handles []string
	for i, word := range words {
		if i > 0 && i < len(words)-1 && joins(word, s.Language) {
			continue
		}
		handle, unfit := oneHandle(word)
		if unfit != nil {
			return Reading{}, unfit
		}
		if !slices.Contains(handles, handle) {
			handles = append(handles, handle)
		}
	}
	switch {
	case len(handles) == 1 && speechOf(s.Language).sentences[fold(handles[0])] == Unknown:
		return Reading{}, refuse(ReasonDontKnow) // "@unknown" is no answer either
	case len(handles) == 0:
		return Reading{}, refuse(ReasonHandleForm)
	case len(handles) > most:
		return Reading{}, refuse(ReasonHandleMany, "max", strconv.Itoa(most))
	}
	return Reading{Values: handles, Echo: len(handles) > 1}, nil
}

// joins reports a word for "and".
func joins(word, language string) bool {
	return slices.ContainsFunc(spoken(language), func(in *speech) bool { return slices.Contains(in.And, word) })
}

// oneHandle takes the user name out of a word or a link.
func oneHandle(word string) (string, *Unfit) {
	if link := profileLink.FindStringSubmatch(word); link != nil {
		word = link[1]
	} else if shortLink.MatchString(word) {
		return "", refuse(ReasonHandleShortLink)
	} else if anyLink.MatchString(word) {
		return "", refuse(ReasonHandleLink)
	}
	word = strings.TrimLeft(word, "@")
	if !handleForm.MatchString(word) || strings.Trim(word, "._") == "" {
		return "", refuse(ReasonHandleForm)
	}
	return word, nil
}
