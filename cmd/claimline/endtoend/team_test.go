package endtoend

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/bots/botstest"
	"claimline/bots/fakes/discord"
	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/intake/story"
)

// lives tells a story up to where it is sent in, on Telegram and the page.
func (in *installation) lives(t *testing.T, name string) *person {
	t.Helper()
	all := story.All(t)
	i := slices.IndexFunc(all, func(s story.Story) bool { return s.Name == name })
	s := all[i]
	s.Ends = story.Ends{}
	p := in.meet(t, name, s.Locale)
	b := botstest.NewBrowser(t, in.public, s.Locale)
	b.Attach, b.Before = p.attach, func() { time.Sleep(glance) }
	story.Tell(t, s, loose{botstest.Read(p, b)})
	return p
}

// loose is a surface of which nobody asks what is on file in the end.
type loose struct{ *botstest.Reader }

func (loose) Final() story.Final { return story.Final{} }

// colleague is somebody of the team with Telegram.
type colleague struct {
	*fake.Person
	in *installation
}

// joins makes a member by a code of the command line.
func (in *installation) joins(name string, roles ...string) colleague {
	in.Helper()
	code := in.command(append([]string{"moderators", "add", name}, roles...)...)
	_, code, _ = strings.Cut(code, "/join ")
	c := colleague{in.telegram.Person("team "+name, fake.Profile{Language: "en"}), in}
	c.says("/join "+strings.TrimSpace(code), "Welcome to the team")
	return c
}

// says types something and waits for words in the private chat.
func (c colleague) says(text, want string) *fake.Message {
	c.in.Helper()
	if _, err := c.Type(text); err != nil {
		c.in.Fatal(err)
	}
	return c.sees(want)
}

func (c colleague) presses(label, want string) *fake.Message {
	c.in.Helper()
	if _, err := c.Press(label); err != nil {
		c.in.Fatal(err)
	}
	return c.sees(want)
}

func (c colleague) sees(want string) *fake.Message {
	c.in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	m, err := c.WaitFor(ctx, want)
	if err != nil {
		c.in.Fatalf("%v", err)
	}
	return m
}

// joinsOnDiscord makes a member of somebody in a server there.
func (in *installation) joinsOnDiscord(name string, roles ...string) *discord.Member {
	in.Helper()
	_, code, _ := strings.Cut(in.command(append([]string{"moderators", "add", name}, roles...)...), "/join ")
	m := in.discord.Guild("The team of "+name).Add(in.discord.Person("team "+name, discord.Profile{Locale: "en-GB"}), true)
	in.runs(m, "Welcome to the team", "join", strings.TrimSpace(code))
	return m
}

// runs lets a member run a command, once Discord offers it, and waits for words that only they see.
func (in *installation) runs(m *discord.Member, want, name string, values ...string) *discord.Message {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := in.discord.Wait(ctx, func([]discord.Entry) bool {
		return slices.ContainsFunc(m.Commands(), func(c discord.Command) bool { return c.Name == name })
	})
	if err == nil {
		_, err = m.Run(name, values...)
	}
	if err != nil {
		in.Fatalf("/%s: %v", name, err)
	}
	return in.shows(m, want)
}

func (in *installation) shows(m *discord.Member, want string) *discord.Message {
	in.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	said, err := m.WaitFor(ctx, want)
	if err != nil {
		in.Fatal(err)
	}
	if !said.Ephemeral {
		in.Errorf("everybody sees %q", said.Text)
	}
	return said
}

// Both platforms show the same queue: one moderator asks on Discord, the family answers on Telegram,
// and another decides on Telegram what the first still has on the screen.
func TestOneQueueOnTwoPlatforms(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), usual())
		in.move("open")
		in.start()
		mother := in.lives(t, "not-sure-who-decides")
		f, err := mother.file()
		if err != nil {
			t.Fatal(err)
		}
		ref := f.Submission.Reference
		jan, kim := in.joins("Jan", "moderator"), in.joinsOnDiscord("Kim", "moderator")
		in.runs(kim, ref, "next")
		press := func(label, want string) {
			t.Helper()
			if _, err := kim.Press(label); err != nil {
				t.Fatal(err)
			}
			in.shows(kim, want)
		}
		press("❓ Ask", "Ticked questions")
		press("✍️ In your own words", "Type what you want to ask")
		if _, err := kim.Press("✎"); err != nil {
			if _, err = kim.Press("✎ Answer"); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if _, err := kim.WaitModal(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := kim.Submit("Does she live with you?"); err != nil {
			t.Fatal(err)
		}
		in.shows(kim, "Does she live with you?")
		press("Send to the family", "asked. The case comes back")
		mother.caughtUp()
		mother.Say("Yes, since 2022")
		if seen := strings.Join(mother.Seen(), "\n"); !strings.Contains(seen, "Dank u wel") {
			t.Errorf("the family reads %q", seen)
		}
		in.runs(kim, ref, "next")
		jan.says("/next", ref)
		jan.presses("✅ Accept", "accepted by you")
		press("⏸ Hold", "accepted by Jan")
		if f, err = mother.file(); err != nil || len(f.Submission.Review.Decisions) != 1 {
			t.Errorf("decided %d times, %v", len(f.Submission.Review.Decisions), err)
		}
		in.command("audit", "verify")
	})
}

// A volunteer settles a doubtful file in two presses, through the whole program; the family hears of
// it, the team's room says how much there is to do, and the export has the decision.
func TestTheTeamAtWork(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		in := install(t, database, newClock(t, t.TempDir(), time.Now(), 1), usual())
		in.move("open")
		in.start()
		mother := in.lives(t, "not-sure-who-decides")
		f, err := mother.file()
		if err != nil || f.Submission == nil {
			t.Fatalf("nothing was sent: %v", err)
		}
		ref := f.Submission.Reference
		jan, piet := in.joins("Jan", "moderator"), in.joins("Piet", "admin")

		card := jan.says("/next", ref)
		for _, private := range []string{"Anna", "Fatima", "2014", "fatima@"} {
			if strings.Contains(card.Text, private) {
				t.Errorf("the card says %q:\n%s", private, card.Text)
			}
		}
		look := jan.presses("👁 Look", "on record")
		if !strings.Contains(look.Text, "No, or I am not sure") || !look.Protected {
			t.Errorf("a look shows\n%s\nprotected: %v", look.Text, look.Protected)
		}
		jan.presses("✅ Accept", "accepted by you")

		team, err := in.telegram.Group("The team", jan.Person, piet.Person)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := team.Member(jan.Person).Type("/next"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if _, err := team.WaitFor(ctx, "Write /next to me in private"); err != nil {
			t.Fatal(err)
		}
		if _, err := team.Member(piet.Person).Type("/here"); err != nil {
			t.Fatal(err)
		}
		if _, err := team.WaitFor(ctx, "This is the team's room now"); err != nil {
			t.Fatal(err)
		}

		in.pass(11 * time.Minute)
		in.backAgain(ctx)
		mother.caughtUp()
		if seen := strings.Join(mother.look(), "\n"); !strings.Contains(seen, "nagekeken") {
			t.Errorf("the family was not told: %q", seen)
		}
		if _, err := team.WaitFor(ctx, "0 waiting"); err != nil {
			t.Errorf("the room has no line: %v", err)
		}
		_, err = jan.Wait(ctx, func(c fake.Chat) bool {
			return !slices.ContainsFunc(c.Messages, func(m *fake.Message) bool { return strings.Contains(m.Text, "on record") })
		})
		if err != nil {
			t.Errorf("what was looked at is still there after eleven minutes: %v", err)
		}
		if f, err = mother.file(); err != nil || f.Submission.Status != intake.Accepted {
			t.Errorf("on file is %s, %v", f.Submission.Status, err)
		}
		in.command("audit", "verify")
		if line := in.command("export", "--campaign", "tiktok", "--all"); !strings.Contains(line, `"verdict":"accept"`) {
			t.Errorf("the export has no decision: %s", line)
		}
	})
}
