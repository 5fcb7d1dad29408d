package telegram

import "unicode/utf8"

// profileKey is one text of the bot's profile in one language.
type profileKey struct{ text, language string }

// setProfile makes the method that sets a text of the profile of at most so many characters.
func setProfile(text string, most int) handler {
	return func(s *Server, c *call) (any, error) {
		key := profileKey{text, c.params["language_code"]}
		switch {
		case !languageForm.MatchString(key.language):
			return nil, badRequest("invalid language code specified")
		case utf8.RuneCountInString(c.params[text]) > most:
			return nil, badRequest("%s is too long", text)
		}
		s.profile[key] = c.params[text]
		return true, nil
	}
}

func getProfile(text string) handler {
	return func(s *Server, c *call) (any, error) {
		value := s.profile[profileKey{text, c.params["language_code"]}]
		if value == "" {
			value = s.profile[profileKey{text, ""}]
		}
		return map[string]any{text: value}, nil
	}
}
