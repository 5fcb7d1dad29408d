// Package endtoend holds no code, only proofs: its tests build the program, run it as a process of
// its own against a Telegram on the loopback interface, and look at what people saw and at what is
// on file. Nothing in them is a stand-in but Telegram and the people.
//
//   - Stories: every story is told through the whole program, on SQLite and on PostgreSQL
//     (stories_test.go), and afterwards nothing that was said can be found in any file that the
//     program wrote (secrecy_test.go).
//   - Crashes: many people talk while the program is killed again and again, and what is exported is
//     what they said (crash_test.go). A question that stands there twice after it can be answered by
//     either (copy_test.go). The people are those of the rehearsal (package people).
//   - Bad days: a token that is refused, a second poller, an absence (badday_test.go).
//   - Figures: the time from start to the first poll, one turn, memory (figures_test.go).
//
// An installation (installation_test.go) is everything that an operator has: a database, two
// folders, a configuration and a log.
package endtoend
