package telegram

import (
	"context"
	"encoding/json"
	"time"

	"claimline/bots"
)

// probeTimeout is how long somebody at a terminal waits for Telegram.
const probeTimeout = 10 * time.Second

// Identity is whose a token is.
type Identity struct {
	Username string
	Webhook  bool // updates are sent to some address, and none can be asked for
}

// Probe asks Telegram whose a token is, and changes nothing. What Telegram or the network answers
// is a *bots.Failure; any other error says what is wrong with the token's form or the address.
func Probe(ctx context.Context, token Token, api string) (Identity, error) {
	c, err := newClient(token, api, Published(), func() bool { return true })
	if err != nil {
		return Identity{}, err
	}
	defer c.http.CloseIdleConnections()
	var me user
	if err := c.ask(ctx, "getMe", &me); err != nil {
		return Identity{}, err
	}
	var hook struct {
		URL string `json:"url"`
	}
	if err := c.ask(ctx, "getWebhookInfo", &hook); err != nil {
		return Identity{}, err
	}
	return Identity{Username: me.Username, Webhook: hook.URL != ""}, nil
}

// ask makes a call without parameters.
func (c *client) ask(ctx context.Context, method string, into any) error {
	result, err := c.within(ctx, probeTimeout, request{method: method})
	if err != nil {
		return err
	}
	if json.Unmarshal(result, into) != nil {
		return &bots.Failure{Class: bots.Unreachable, Doing: method, Note: "the answer is not what the Bot API describes"}
	}
	return nil
}
