package discord

import (
	"encoding/json"
	"errors"
	"strconv"

	"claimline/intake"
)

// unread makes of an event that cannot be read what it takes to tell its sender: whose it is and
// which. Where that cannot be read either, there is nobody to tell.
func unread(kind string, raw json.RawMessage, why error) arrival {
	a := arrival{raw: raw, lost: why}
	of := fields(raw)
	id := idIn(of["id"])
	who := fields(of["author"])
	if kind == "INTERACTION_CREATE" {
		if who = fields(of["user"]); who == nil {
			who = fields(fields(of["member"])["user"])
		}
	}
	person := idIn(who["id"])
	if person == "" || id == "" || string(who["bot"]) == "true" {
		return a
	}
	a.person, a.id = string(person), id.number()
	reason := intake.Unreadable
	if errors.Is(why, errTooLong) {
		reason = intake.TooLong
	}
	a.events = []intake.Event{{Account: account(a.person), Identity: identity("unread", string(id), digest(string(raw))), At: id.at(),
		Did: intake.Unread{Why: reason}}}
	if kind != "INTERACTION_CREATE" {
		if of["guild_id"] != nil {
			return arrival{raw: raw, lost: why}
		}
		a.channel = string(idIn(of["channel_id"]))
		return a
	}
	var token string
	app := idIn(of["application_id"])
	if json.Unmarshal(of["token"], &token) == nil && token != "" && tokenSafe(token) && app != "" {
		a.call = &call{settled: make(chan struct{}), id: string(id), token: token, app: string(app), kind: kindCommand, guild: of["guild_id"] != nil}
	}
	return a
}

// fields are an object's fields; nil for anything else.
func fields(raw json.RawMessage) map[string]json.RawMessage {
	var of map[string]json.RawMessage
	if json.Unmarshal(raw, &of) != nil {
		return nil
	}
	return of
}

// idIn reads an id; "" where there is none.
func idIn(raw json.RawMessage) snowflake {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	if n, err := strconv.ParseUint(text, 10, 63); err != nil || n == 0 {
		return ""
	}
	return snowflake(text)
}
