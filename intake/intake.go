// Package intake holds the rules by which a parent's claim is taken down.
//
// A conversation is a pure function: campaign, file and event in, file and messages out (Advance).
// Nothing here talks to a platform, knows SQL, opens a socket or looks at a clock. The Desk wraps
// the function in one transaction per event, so that either everything a person did is on file with
// everything that will be said about it, or none of it is.
//
// What to ask next is never stored. It is the focus, where a person went back or is changing an
// answer, else the first screen of the campaign that applies and has something missing. Changing an
// answer, adding a child later and a changed campaign file therefore need no code of their own.
package intake
