// Package discord is a Discord on the loopback interface, for tests and rehearsals: its REST API
// (v9 and v10), its gateway and its file links. It speaks the platform's own protocols to whatever
// bot is pointed at it, and it is strict: what Discord refuses it refuses, with Discord's codes, and
// what a bot of ours should never do it notes as a violation even where Discord would let it pass.
//
// It has three sides.
//
//   - The bot's: requests for discord.com/api are sent to URL with the path they have, and GET
//     /gateway names the address of the gateway. Sessions identify, heartbeat and resume; an
//     interaction wants its first answer within 3 s and its token lives for 15 minutes; limits are
//     counted and announced in headers.
//   - The people's: a Person types, sends files, presses, chooses, fills a modal, runs a command,
//     closes their direct messages, and sees a channel as a client would show it, down to "This
//     interaction failed". Wait returns as soon as something has changed; nothing here sleeps.
//   - The director's: Fail makes calls go wrong; Outage, CutGateway, Reconnect, Invalidate,
//     RefuseLogin, Deafen, Freeze, Hold, Shuffle, Repeat and Inject do the same to the gateway;
//     History and Violations tell what came of it.
//
// What the server does is taken from Discord's documentation and the published description of its
// API. Where neither tells, the stricter reading is taken and the comment says so. It imports
// nothing of the program it is a counterpart to, and package testing only through an interface.
package discord
