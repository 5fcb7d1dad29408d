package discord

import (
	"net/http"
	"strings"
)

// The routes of most interest in a history, as Entry.Route and Fault.Route name them.
const (
	OpenDM         = "POST /users/@me/channels"
	CreateMessage  = "POST /channels/{channel_id}/messages"
	ListMessages   = "GET /channels/{channel_id}/messages"
	EditMessage    = "PATCH /channels/{channel_id}/messages/{message_id}"
	DeleteMessage  = "DELETE /channels/{channel_id}/messages/{message_id}"
	Callback       = "POST /interactions/{interaction_id}/{interaction_token}/callback"
	GetOriginal    = "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	EditOriginal   = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	DeleteOriginal = "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	FollowUp       = "POST /webhooks/{webhook_id}/{webhook_token}"
	SetCommands    = "PUT /applications/{application_id}/commands"
	Download       = "download" // of a file, by its link
)

// route is one address of the API and what answers there.
type route struct {
	name     string // method and path in the words of the published description
	method   string
	segments []string
	do       func(*Server, *call) (any, error) // nil for 204; called under the server's lock
	open     bool                              // no bot token is asked for
	exempt   bool                              // from the global limit
}

// routes lists what the server knows. What is literal stands before what is not.
func routes() []route {
	list := []route{
		{name: "GET /gateway", do: (*Server).getGateway, open: true},
		{name: "GET /gateway/bot", do: (*Server).getGatewayBot},
		{name: "GET /users/@me", do: (*Server).getMe},
		{name: "GET /users/@me/guilds", do: (*Server).getMyGuilds},
		{name: "GET /users/{user_id}", do: (*Server).getUser},
		{name: OpenDM, do: (*Server).openDM},
		{name: "GET /applications/@me", do: (*Server).getApplication},
		{name: "GET /applications/{application_id}/commands", do: (*Server).getCommands},
		{name: SetCommands, do: (*Server).setCommands},
		{name: "GET /channels/{channel_id}", do: (*Server).getChannel},
		{name: "POST /channels/{channel_id}/typing", do: (*Server).showTyping},
		{name: ListMessages, do: (*Server).listMessages},
		{name: CreateMessage, do: (*Server).createMessage},
		{name: "GET /channels/{channel_id}/messages/{message_id}", do: (*Server).getMessage},
		{name: EditMessage, do: (*Server).editMessage},
		{name: DeleteMessage, do: (*Server).deleteMessage},
		{name: "GET /guilds/{guild_id}", do: (*Server).getGuild},
		{name: "GET /guilds/{guild_id}/channels", do: (*Server).getGuildChannels},
		{name: "GET /guilds/{guild_id}/members/{user_id}", do: (*Server).getGuildMember},
		{name: Callback, do: (*Server).callback, open: true, exempt: true},
		{name: FollowUp, do: (*Server).followUp, open: true, exempt: true},
		{name: GetOriginal, do: (*Server).getOriginal, open: true, exempt: true},
		{name: EditOriginal, do: (*Server).editOriginal, open: true, exempt: true},
		{name: DeleteOriginal, do: (*Server).deleteOriginal, open: true, exempt: true},
		{name: "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", do: (*Server).getOriginal, open: true, exempt: true},
		{name: "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", do: (*Server).editOriginal, open: true, exempt: true},
		{name: "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", do: (*Server).deleteOriginal, open: true, exempt: true},
	}
	for i := range list {
		method, path, _ := strings.Cut(list[i].name, " ")
		list[i].method, list[i].segments = method, strings.Split(path[1:], "/")
	}
	return list
}

// find tells which route a request is for, and the values in its path.
func (s *Server) find(r *http.Request) (*route, map[string]string) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v9/")
	if !ok {
		if rest, ok = strings.CutPrefix(r.URL.Path, "/api/v10/"); !ok {
			return nil, nil
		}
	}
	segments := strings.Split(rest, "/")
	for i := range s.routes {
		if path, ok := s.routes[i].match(r.Method, segments); ok {
			return &s.routes[i], path
		}
	}
	return nil, nil
}

func (r *route) match(method string, segments []string) (map[string]string, bool) {
	if method != r.method || len(segments) != len(r.segments) {
		return nil, false
	}
	path := map[string]string{}
	for i, want := range r.segments {
		switch name, variable := strings.CutPrefix(want, "{"); {
		case variable && segments[i] != "":
			path[strings.TrimSuffix(name, "}")] = segments[i]
		case want != segments[i]:
			return nil, false
		}
	}
	return path, true
}

// misnamed finds an id in the path that is none.
func misnamed(path map[string]string) *refusal {
	for name, value := range path {
		if strings.HasSuffix(name, "_id") && !isSnowflake(value) {
			return invalidForm(flaw{path: name, code: "NUMBER_TYPE_COERCE", text: "Value \"" + value + "\" is not snowflake."})
		}
	}
	return nil
}
