// Package telegram is a Bot API on the loopback interface, for tests and rehearsals. It speaks the
// platform's HTTP to whatever bot is pointed at it, and it is strict: what Telegram refuses it
// refuses, in Telegram's words, and what a bot of ours should never do it notes as a violation even
// where Telegram would let it pass.
//
// It has three sides.
//
//   - The bot's: URL is the base of the API. Updates wait until they are confirmed by a higher
//     offset, or until they are too old; a second poller ends the first; limits are counted in the
//     units in which Telegram counts.
//   - The people's: a Person types, presses, sends files, blocks the bot, and sees a chat as a
//     client would show it, with edits and deletions in place. Wait returns as soon as something has
//     changed; nothing here sleeps.
//   - The director's: Fail, Hold, Shuffle, Repeat, Redeliver, RestartIDs and Inject make happen what
//     networks and servers do on a bad day; History and Violations tell what came of it.
//
// What the server does is taken from the source of the Bot API server (tdlib/telegram-bot-api,
// named tdlib below), the published description of the Bot API and its FAQ. It imports nothing of
// the program it is a counterpart to, and package testing only through an interface.
package telegram
