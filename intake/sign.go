package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// Buttons that are the same for everybody and need no signature: pressing them changes nothing but
// what whoever presses may change at any time.
const (
	ActionDanger = "sos"    // the help numbers
	ActionResume = "resume" // the current question once more
	ActionErase  = "erase"  // asks whether everything is to be erased
	ActionTell   = "tell"   // tells the team that a child is not safe, with the number of one's own file
)

// actionForm is what a form stands for.
const actionForm = "form"

// Signer makes and checks what buttons carry. A token holds the showing of the question and the
// action in clear, and a MAC over both, the account and the conversation: a foreign, altered or
// invented one is no token at all, and one of an earlier question is known to be late.
type Signer struct{ Key []byte }

const macBytes = 12 // 96 bits; an online guess is answered like any stale press

// Token signs an action for one account, conversation and showing. It fits Telegram's 64 bytes as
// long as the action has at most 40.
func (s Signer) Token(a Account, conversation string, showing int, action string) string {
	if unsigned(action) {
		return action
	}
	clear := strconv.FormatInt(int64(showing), 36) + "." + action
	return clear + "." + s.mac(a, conversation, clear)
}

// Action opens a token. ok is false for anything that was not signed for this account and conversation.
func (s Signer) Action(a Account, conversation, token string) (showing int, action string, ok bool) {
	if unsigned(token) {
		return 0, token, true
	}
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return 0, "", false
	}
	clear, mac := token[:end], token[end+1:]
	if !hmac.Equal([]byte(mac), []byte(s.mac(a, conversation, clear))) {
		return 0, "", false
	}
	number, action, _ := strings.Cut(clear, ".")
	n, err := strconv.ParseInt(number, 36, 32)
	return int(n), action, err == nil
}

func unsigned(action string) bool {
	return action == ActionDanger || action == ActionResume || action == ActionErase || action == ActionTell
}

func (s Signer) mac(a Account, conversation, clear string) string {
	h := hmac.New(sha256.New, s.Key)
	for _, part := range []string{string(a), conversation, clear} {
		h.Write([]byte(strconv.Itoa(len(part))))
		h.Write([]byte{':'})
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macBytes])
}
