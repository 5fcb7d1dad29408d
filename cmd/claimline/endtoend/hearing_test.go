package endtoend

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	fake "claimline/bots/fakes/telegram"
)

// hearing follows which of people's acts the program has confirmed: it has them on file for good.
type hearing struct {
	mu        sync.Mutex
	read      int              // entries of the history
	numbers   map[string]int64 // of the updates, by act
	confirmed int64            // all updates before are
}

// acts by which an update can be known.
func messageAct(id int) string  { return fmt.Sprint("message ", id) }
func editAct(id int) string     { return fmt.Sprint("edit ", id) }
func pressAct(id string) string { return "press " + id }

// heard reports whether an act is confirmed.
func (h *hearing) heard(history []fake.Entry, act string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ; h.read < len(history); h.read++ {
		if e := history[h.read]; e.Method == "getUpdates" {
			h.poll(e)
		}
	}
	number, told := h.numbers[act]
	return told && number < h.confirmed
}

// poll takes in one poll: what it confirmed, and what it was told.
func (h *hearing) poll(e fake.Entry) {
	if offset, err := strconv.ParseInt(e.Params["offset"], 10, 64); err == nil {
		h.confirmed = max(h.confirmed, offset)
	}
	type message struct {
		ID int `json:"message_id"`
	}
	var answer struct {
		Result []struct {
			Number  int64    `json:"update_id"`
			Message *message `json:"message"`
			Edited  *message `json:"edited_message"`
			Press   *struct {
				ID string `json:"id"`
			} `json:"callback_query"`
		} `json:"result"`
	}
	if json.Unmarshal(e.Reply, &answer) != nil {
		return // an answer that a fault has put in the place of the true one
	}
	if h.numbers == nil {
		h.numbers = map[string]int64{}
	}
	for _, u := range answer.Result {
		switch {
		case u.Message != nil:
			h.numbers[messageAct(u.Message.ID)] = u.Number
		case u.Edited != nil:
			h.numbers[editAct(u.Edited.ID)] = u.Number
		case u.Press != nil:
			h.numbers[pressAct(u.Press.ID)] = u.Number
		}
	}
}
