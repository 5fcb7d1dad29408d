package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"

	"github.com/ncruces/go-sqlite3/gormlite"
)

// colleague is somebody of the team and the chat in which they work.
type colleague struct {
	*people.Colleague
	admin    bool
	chat, id string
	private  string // where looks are shown: on Discord not the channel of the desk
	pressed  func() []pressed
}

// pressed is a press on a button, and how often the program has answered it.
type pressed struct {
	chat, id string
	at       time.Time
	answers  int
	saw      string // in place of an answer, where the client shows something
}

// hire makes the team: somebody who is told what goes wrong, the moderators, who work on Telegram and
// on Discord in turns, and those who look too much. The program must not run, because it hands out
// the codes.
func (s *stage) hire(ctx context.Context, r row) error {
	many := r.Cast[people.Moderators] + r.Cast[people.Greedy]
	if many == 0 {
		return nil
	}
	for i := range many + 1 {
		name, role := fmt.Sprintf("Moderator %d", i), "moderator"
		switch {
		case i == 0:
			name, role = "Admin", "admin"
		case i > r.Cast[people.Moderators]:
			name = fmt.Sprintf("Greedy %d", i)
		}
		said, err := s.command(ctx, "moderators", "add", name, role)
		if err != nil {
			return err
		}
		_, code, _ := strings.Cut(said, "/join ")
		c := s.seat(fmt.Sprint("rehearsal ", r.Seed, " team ", name), i%2 == 0 && i > 0 && i <= r.Cast[people.Moderators])
		c.Colleague = people.NewColleague(name, strings.TrimSpace(code), r.Seed+uint64(i), c.desk)
		c.admin, c.Greedy = i == 0, i > r.Cast[people.Moderators]
		s.team = append(s.team, c.colleague)
	}
	return nil
}

// seated is a colleague with a desk.
type seated struct {
	colleague
	desk people.Desk
}

func (s *stage) seat(seed string, onDiscord bool) seated {
	if onDiscord {
		p := s.discord.Person(seed, discord.Profile{Locale: "en-GB"})
		m := s.discord.Guild(seed).Add(p, true)
		c := colleague{chat: m.ChannelID(), id: p.ID(), private: p.ChannelID(), pressed: func() []pressed { return discordPresses(m) }}
		return seated{c, people.OnDiscord(m)}
	}
	p := s.telegram.Person(seed, telegram.Profile{FirstName: "Colleague", Language: "en"})
	c := colleague{chat: fmt.Sprint(p.ID()), id: fmt.Sprint(p.ID()), private: fmt.Sprint(p.ID()), pressed: func() []pressed { return telegramPresses(p) }}
	return seated{c, people.OnTelegram(p)}
}

// work lets the team settle what comes in until over is closed. The admin only joins.
func (s *stage) work(ctx context.Context, over <-chan struct{}) error {
	if len(s.team) == 0 {
		return nil
	}
	err := s.discord.Wait(ctx, func([]discord.Entry) bool {
		return s.discord.Calls(discord.SetCommands) > 0 && s.discord.Connected() > 0
	})
	if err != nil {
		return fmt.Errorf("waiting for the program on Discord: %w", err)
	}
	var all errgroup.Group
	for _, c := range s.team {
		all.Go(func() error {
			if c.admin {
				return c.Join(ctx)
			}
			return c.Work(ctx, over)
		})
	}
	return all.Wait()
}

func telegramPresses(p *telegram.Person) []pressed {
	var all []pressed
	for _, press := range p.Chat().Presses {
		all = append(all, pressed{fmt.Sprint(p.ID()), press.ID, press.At, press.Answers, ""})
	}
	return all
}

func discordPresses(m *discord.Member) []pressed {
	var all []pressed
	for _, press := range m.Chat().Presses {
		if press.InVain { // the program was not told
			continue
		}
		one := pressed{chat: m.ChannelID(), id: press.ID, at: press.At}
		if press.Answer != 0 && press.Failed == "" {
			one.answers = 1
		} else {
			one.saw = cmp.Or(press.Failed, "nothing came")
		}
		all = append(all, one)
	}
	return all
}

// foreign are what the buttons in the chats of other people on Telegram send.
func (s *stage) foreign(but int) func() []string {
	return func() (all []string) {
		for i, p := range s.cast {
			if p.telegram == 0 || i == but || len(all) > 20 {
				continue
			}
			phone := s.telegram.Person(p.seed, telegram.Profile{})
			for _, m := range phone.Chat().Messages {
				for _, row := range m.Rows {
					for _, b := range row {
						if b.Data != "" && !strings.HasPrefix(b.Text, "🆘") && len(all) <= 20 {
							all = append(all, b.Data)
						}
					}
				}
			}
		}
		return all
	}
}

// entry is one line of the audit trail, as anybody can read it who has the database: what it says
// beside its kind and time is sealed.
type entry struct {
	Kind string
	At   int64 // microseconds
}

// trailOfAudit reads the audit trail from the database, past the program.
func (s *stage) trailOfAudit(ctx context.Context) (all []entry, err error) {
	const query = "SELECT kind, at FROM audit ORDER BY at"
	if path, ok := strings.CutPrefix(s.address, "sqlite:"); ok {
		db, err := gorm.Open(gormlite.Open("file:" + path + "?mode=ro"))
		if err != nil {
			return nil, fmt.Errorf("reading the audit trail: %w", err)
		}
		pool, err := db.DB()
		if err == nil {
			defer pool.Close()
			err = db.Raw(query).Scan(&all).Error
		}
		return all, err
	}
	conn, err := pgx.Connect(ctx, s.address)
	if err != nil {
		return nil, fmt.Errorf("reading the audit trail: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[entry])
}

// parkedUpdates are what the program has put aside, as it was sent.
func parkedUpdates(said string) (all []string, err error) {
	for lines := json.NewDecoder(strings.NewReader(said)); lines.More(); {
		var line struct{ Update string }
		if err := lines.Decode(&line); err != nil {
			return nil, errors.Join(errors.New("reading what is parked"), err)
		}
		all = append(all, line.Update)
	}
	return all, nil
}
