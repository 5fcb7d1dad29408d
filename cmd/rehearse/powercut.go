package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3/driver"

	"claimline/bots/fakes/discord"
	"claimline/cmd/rehearse/people"
	"claimline/cmd/rehearse/powerloss"
	"claimline/intake"
	"claimline/storage"
)

// What an image is asked, by name. Somebody who was told something by a platform is told of what was
// committed before; so every image from then on must hold it.
const (
	events     = "event"       // things that people did, and the platform was told to forget
	letters    = "letter"      // what people were sent
	references = "reference"   // of submissions, that people were told
	owners     = "person"      // who must have keys
	keyHolders = "key's owner" // who has them
	keyIDs     = "key"
	sealedWith = "key of something sealed"
	evidences  = "evidence" // files that people sent
)

const (
	register = "claimline.db"
	keyStore = "claimline.keys.db"
)

func questions() []powerloss.Question {
	return []powerloss.Question{
		{Name: keyHolders, Database: keyStore, Query: "SELECT DISTINCT person FROM keys"},
		{Name: keyIDs, Database: keyStore, Query: "SELECT hex(id) FROM keys"},
		{Name: events, Database: register, Query: "SELECT hex(hash) FROM events"},
		{Name: letters, Database: register, Query: "SELECT id FROM outbox"},
		{Name: references, Database: register, Query: "SELECT reference FROM submissions"},
		{Name: owners, Database: register, Query: "SELECT id FROM persons", In: keyHolders},
		{Name: sealedWith, Database: register, Query: "SELECT hex(substr(sealed, 2, 16)) FROM accounts UNION SELECT hex(substr(body, 2, 16)) FROM outbox WHERE body IS NOT NULL", In: keyIDs},
		{Name: evidences, Database: register, Query: "SELECT id FROM files", Folder: "files"},
	}
}

// wholeImages is how many images there are to each that the program itself opens and exports.
const wholeImages = 200

// record begins to record what the program does to its data.
func (s *stage) record(r row) (err error) {
	if r.DB != "sqlite" {
		return errors.New("--power-loss is for SQLite: what PostgreSQL does to its disk is its own")
	}
	s.equipment.recorder, err = powerloss.New(filepath.Join(s.dir, "data"))
	return err
}

// life is the command of a life of the program, recorded where a recording was begun.
func (e equipment) life(program string) (*exec.Cmd, error) {
	if e.recorder == nil {
		return exec.Command(program, "run"), nil
	}
	return e.recorder.Command(program, "run")
}

// cutPower makes images of what the power failing would have left, and looks at each.
func (s *stage) cutPower(ctx context.Context, r row, e *evidence, out io.Writer) (*powerloss.Report, error) {
	record, err := s.equipment.recorder.End()
	if err != nil {
		return nil, err
	}
	demands, err := s.demands(ctx, e)
	if err != nil {
		return nil, err
	}
	if r.Discord < 100 && !slices.ContainsFunc(demands, func(d powerloss.Demand) bool { return d.Question == events }) {
		return nil, errors.New("nothing that an image could lack was confirmed to Telegram")
	}
	var made atomic.Int64
	stop := r.tell(out, func() string { return fmt.Sprintf("%d of %d images", made.Load(), r.PowerLoss) })
	defer stop()
	return record.Play(ctx, powerloss.Plan{
		Images: r.PowerLoss, Seed: r.Seed, Databases: []string{register, keyStore}, Questions: questions(), Demands: demands,
		Whole: min(wholeImages, max(r.PowerLoss/4, 1)), Made: func() { made.Add(1) },
		Look: func(ctx context.Context, folder string, at time.Time) error {
			return s.lookAt(ctx, folder, at, demands)
		},
	})
}

// lookAt lets the program open an image, verify its audit trail and export its register.
func (s *stage) lookAt(ctx context.Context, folder string, at time.Time, demands []powerloss.Demand) error {
	there := &stage{dir: folder, program: s.program, env: append(slices.Clone(s.env), "DATA_DIR="+folder, "DATABASE_URL=sqlite:"+filepath.Join(folder, register))}
	if _, err := there.command(ctx, "audit", "verify"); err != nil {
		return err
	}
	exported, err := there.command(ctx, "export", "--campaign", tiktok, "--names", "--reason", "rehearsal", "--all")
	if err != nil {
		return err
	}
	lines, err := people.ReadRegister(strings.NewReader(exported))
	if err != nil {
		return err
	}
	held := map[string]int{}
	for _, l := range lines {
		held[l.Reference] = len(l.Said())
	}
	for _, d := range demands {
		if d.Question == references && !d.At.After(at) && held[d.Answer] == 0 {
			return fmt.Errorf("%s is not in the register's export, or without an answer", d.Answer)
		}
	}
	return nil
}

// demands are what people were told, as the platforms saw it. Which rows stand for it is looked up in
// what the program has in the end.
func (s *stage) demands(ctx context.Context, e *evidence) ([]powerloss.Demand, error) {
	copied := filepath.Join(s.dir, "copy") // looking things up changes it
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(s.dir, "data"))); err != nil {
		return nil, err
	}
	file := filepath.Join(copied, register)
	store, err := storage.Open(ctx, storage.Options{URL: "sqlite:" + file, DataDir: copied, Existing: true,
		MasterKeyFile: filepath.Join(s.dir, "secrets", "master.key")})
	if err != nil {
		return nil, err
	}
	told := append(confirmed(e), referencesTold(e)...)
	sent, err := sentLetters(ctx, store, file, e)
	if err == nil {
		told, err = hashed(ctx, store, file, append(told, sent...))
	}
	return told, errors.Join(err, store.Close())
}

// confirmed are the updates that Telegram was told to forget, by the identity that the program knows
// them by.
func confirmed(e *evidence) []powerloss.Demand {
	type update struct {
		ID       int64 `json:"update_id"`
		Callback *struct {
			ID string `json:"id"`
		} `json:"callback_query"`
		Message *struct {
			ID   int64  `json:"message_id"`
			Text string `json:"text"`
			Chat struct {
				ID int64 `json:"id"`
			} `json:"chat"`
		} `json:"message"`
	}
	var brought []update
	var all []powerloss.Demand
	for _, t := range e.telegram {
		if t.Method != "getUpdates" {
			continue
		}
		offset, _ := strconv.ParseInt(t.Params["offset"], 10, 64)
		brought = slices.DeleteFunc(brought, func(u update) bool {
			d := powerloss.Demand{At: t.At, Question: events, Told: fmt.Sprintf("update %d, which Telegram was told to forget", u.ID)}
			switch {
			case u.ID >= offset:
				return false
			case u.Callback != nil:
				d.Answer = "telegram:press:" + u.Callback.ID
			case u.Message != nil && u.Message.Text != "":
				d.Answer = fmt.Sprintf("telegram:message:%d:%d:0:%s", u.Message.Chat.ID, u.Message.ID, digest("text", u.Message.Text))
			default:
				return true
			}
			all = append(all, d)
			return true
		})
		var answer struct {
			Result []update `json:"result"`
		}
		if t.Status == 200 && json.Unmarshal(t.Reply, &answer) == nil {
			brought = append(brought, answer.Result...)
		}
	}
	return all
}

// digest is how the program tells the contents of messages apart.
func digest(content ...string) string {
	h := sha256.New()
	for _, c := range content {
		fmt.Fprintf(h, "%d:%s", len(c), c)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// hashed puts the keyed hashes under which events are on file in the place of their identities. The
// store tells none, so that it is made to note the same events once more, in an empty table.
func hashed(ctx context.Context, store *storage.Store, file string, told []powerloss.Demand) ([]powerloss.Demand, error) {
	db, err := driver.Open("file:" + file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "DELETE FROM events"); err != nil {
		return nil, err
	}
	err = store.InTx(ctx, func(tx intake.Tx) error {
		for i, d := range told {
			if d.Question == events {
				if _, err := tx.Once(d.Answer, time.UnixMicro(int64(i)+1)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, "SELECT at, hex(hash) FROM events")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	hashes := map[int64]string{}
	for rows.Next() {
		var at int64
		var hash string
		if err := rows.Scan(&at, &hash); err != nil {
			return nil, err
		}
		hashes[at] = hash
	}
	var all []powerloss.Demand
	for i, d := range told {
		if d.Question == events {
			if d.Answer = hashes[int64(i)+1]; d.Answer == "" {
				continue // the same event was confirmed earlier
			}
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// referencesTold are the submissions that people were told of.
func referencesTold(e *evidence) []powerloss.Demand {
	var all []powerloss.Demand
	note := func(at time.Time, chat, text string) {
		for _, found := range reference.FindAllString(text, -1) {
			all = append(all, powerloss.Demand{At: at, Question: references, Answer: found, Told: "what chat " + chat + " was told"})
		}
	}
	for _, t := range e.telegram {
		note(t.At, t.Params["chat_id"], t.Params["text"]+" "+t.Params["caption"])
	}
	for _, d := range e.discord {
		if d.Act == "" {
			note(d.At, d.Channel, string(d.Body))
		}
	}
	return all
}

// sentLetters are the messages that people were sent. A chat is sent one at a time, and each is marked
// before the next, so that the first mark after a call is that of the call's message.
func sentLetters(ctx context.Context, store *storage.Store, file string, e *evidence) ([]powerloss.Demand, error) {
	db, err := driver.Open("file:" + file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	calls := map[string][]time.Time{}
	for _, t := range e.telegram {
		if t.Method == "sendMessage" && t.Done {
			calls[t.Params["chat_id"]] = append(calls[t.Params["chat_id"]], t.At)
		}
	}
	for _, d := range e.discord {
		if d.Route == discord.CreateMessage && d.Done {
			calls[d.Channel] = append(calls[d.Channel], d.At)
		}
	}
	var all []powerloss.Demand
	for _, p := range e.cast {
		account := intake.Account("telegram:" + p.id)
		if p.discord != "" {
			account = intake.Account("discord:" + p.id)
		}
		marks, err := marked(ctx, store, db, account)
		if err != nil {
			return nil, err
		}
		for _, at := range calls[p.chat()] {
			for _, m := range marks {
				if m.done >= at.UnixMicro() {
					all = append(all, powerloss.Demand{At: at, Question: letters, Answer: m.id, Told: "a message to chat " + p.chat()})
					break
				}
			}
		}
	}
	return all, nil
}

// powerLossLosesNothing looks at the images of what the power failing would have left.
func (e *evidence) powerLossLosesNothing() []failure {
	if e.powerLoss == nil {
		return nil
	}
	var all []failure
	for _, f := range e.powerLoss.Failed {
		all = append(all, failed("had the power failed at moment %d (%s): %s", f.Moment, f.At.Format("15:04:05.000000"), f.What))
	}
	if more := e.powerLoss.Failures - len(e.powerLoss.Failed); more > 0 {
		all = append(all, failed("%d more images lack something", more))
	}
	if e.powerLoss.Demands == 0 {
		all = append(all, failed("nobody was told anything that an image could lack"))
	}
	return all
}
