package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"claimline/cmd/rehearse/people"
)

// poison stands in every update that no program can handle, so that it is known again where it was
// put aside.
const poison = "poison-of-the-rehearsal"

// poisoned are updates of Telegram that are odd in shape or kind. UPDATE_ID becomes a number.
var poisoned = []string{
	`{"update_id":UPDATE_ID,"telepathy":{"thought":"` + poison + `"}}`,
	`{"update_id":UPDATE_ID,"message":"` + poison + `"}`,
	`{"update_id":UPDATE_ID,"message":{"message_id":"` + poison + `","chat":[],"from":7}}`,
	`{"update_id":UPDATE_ID,"message":{"message_id":1,"date":-1,"chat":{"id":0,"type":"` + poison + `"},"text":"x"}}`,
	`{"update_id":UPDATE_ID,"callback_query":{"id":"` + poison + `","data":null}}`,
	`{"update_id":UPDATE_ID,"edited_message":null,"note":"` + poison + `"}`,
	`{"update_id":UPDATE_ID,"message":` + strings.Repeat("[", 4000) + `"` + poison + `"` + strings.Repeat("]", 4000) + `}`,
}

// poisonedEvents are the same for Discord: kinds of events, with what they hold.
var poisonedEvents = [][2]string{
	{"MESSAGE_CREATE", `{"id":"` + poison + `"}`},
	{"MESSAGE_CREATE", `"` + poison + `"`},
	{"INTERACTION_CREATE", `{"id":"1","token":"` + poison + `","type":99}`},
	{"INTERACTION_CREATE", `{"data":{"custom_id":["` + poison + `"]}}`},
	{"TELEPATHY_CREATE", `{"thought":"` + poison + `"}`},
}

// spoil lets each platform deliver an update that cannot be handled.
func spoil(_ context.Context, s *stage, random *rand.Rand) (func(), error) {
	s.telegram.Inject(poisoned[random.IntN(len(poisoned))])
	event := poisonedEvents[random.IntN(len(poisonedEvents))]
	return nil, s.discord.Dispatch(event[0], event[1])
}

// agreeing are the ends of what people agree to, in the campaign's file, and what may stand there of
// an edition before.
var (
	agreeing = regexp.MustCompile(`(?m)(\*\*Your decision\*\*|I can take this back at any time\.)( Edition \d+\.)?`)
	version  = regexp.MustCompile(`(?m)^version: \d+$`)
)

// campaignEdited is the fault that edits the campaign.
const campaignEdited = "campaign-edited"

// reword edits the campaign's files, so that every agreement says something else in another version, and
// starts the program again, which reads them.
func reword(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
	if err := s.kill(ctx); err != nil {
		return nil, err
	}
	folder := filepath.Join(s.dir, "campaigns", tiktok)
	err := errors.Join(
		rewrite(filepath.Join(folder, "en.yaml"), agreeing, fmt.Sprintf("$1 Edition %d.", len(s.editions))),
		rewrite(filepath.Join(folder, "campaign.yaml"), version, fmt.Sprintf("version: %d", len(s.editions)+1)))
	if err != nil {
		return nil, err
	}
	c, err := people.Load(filepath.Join(s.dir, "campaigns"), tiktok)
	if err != nil {
		return nil, err
	}
	s.editions = append(s.editions, c)
	return restart(0)(ctx, s, random)
}

// rewrite changes what is found in a file.
func rewrite(file string, found *regexp.Regexp, to string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, found.ReplaceAll(text, []byte(to)), 0o600)
}
