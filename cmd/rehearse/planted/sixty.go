package planted

// Historic is a bug that sank a bot somewhere.
type Historic struct {
	Part string
	Name string
	Why  string // this program cannot have it, so that no patch plants it; "" where one does
}

// Sixty are all historic bugs, in the parts of a bot that they were found in.
func Sixty() []Historic {
	return []Historic{
		{"inbound", "ack before commit", ""},
		{"inbound", "offset from completion order", ""},
		{"inbound", "offset only in RAM", "no offset is kept at all: Telegram keeps what was not confirmed, and the desk knows what comes again"},
		{"inbound", "drop_pending_updates at start", ""},
		{"inbound", "dedupe by update_id only", ""},
		{"inbound", "dedupe with a time limit", ""},
		{"inbound", "dedupe check outside the transaction", ""},
		{"inbound", "max(id)+1 after the ids restart", ""},
		{"inbound", "per-chat order lost", ""},
		{"inbound", "edited message treated as new", ""},
		{"inbound", "Discord identify without backfill", ""},
		{"inbound", "backfill races the live event", ""},
		{"inbound", "backfill by a timestamp cut-off", ""},
		{"inbound", "webhook 200 before store", "there is no webhook: Telegram is polled, Discord keeps a connection open"},

		{"state", "state in RAM", ""},
		{"state", "stale button applied", ""},
		{"state", "double tap adds twice", ""},
		{"state", "script version mixed", ""},
		{"state", "FirstOrCreate", ""},
		{"state", "Save overwrites a newer column", ""},
		{"state", "submit without a unique key", ""},
		{"state", "reminder timer lost on restart", ""},
		{"state", "error path leaves a trap state", ""},
		{"state", "consent text changed under the user", ""},
		{"state", "withdraw ignored by an open decision", ""},
		{"state", "correction after submit overwrites silently", ""},

		{"outbound", "sent-mark after send without an intent row", ""},
		{"outbound", "retry on read timeout", ""},
		{"outbound", "two retry layers", ""},
		{"outbound", "multi-part resend", ""},
		{"outbound", "ignores retry_after", ""},
		{"outbound", "retries 403 for ever", ""},
		{"outbound", "new nonce per attempt", ""},
		{"outbound", "not modified shown as an error", ""},
		{"outbound", "one slow chat blocks all", ""},

		{"durability", "synchronous=NORMAL", ""},
		{"durability", "synchronous_commit=off", ""},
		{"durability", "file row before file fsync", ""},
		{"durability", "rename without directory fsync", ""},
		{"durability", "fsync error retried", ""},
		{"durability", "backup copies the database without its WAL", "the program copies no database: the README has the databases' own commands, which take what is in the WAL"},
		{"durability", "migration not resumable", ""},
		{"durability", "stale leader writes after a pause", ""},

		{"security", "presser not checked", ""},
		{"security", "sequential case number", ""},
		{"security", "distinguishable refusal", ""},
		{"security", "token compare not constant", "what finds it reads the source, which a planted file does not change; by hand it fails: intake, TestTokensAreComparedInConstantTime"},
		{"security", "webhook without secret", "there is no webhook"},
		{"security", "token in error log", ""},
		{"security", "SQL parameters in log", ""},
		{"security", "parse_mode with user text", ""},
		{"security", "missing allowed_mentions", ""},
		{"security", "associated data missing", ""},
		{"security", "wrapped key in the same backup", ""},
		{"security", "audit truncation undetected", ""},
		{"security", "self-approval by a second platform identity", ""},

		{"files", "link stored instead of bytes", ""},
		{"files", "received before fsync", ""},
		{"files", "EXIF kept", ""},
		{"files", "danger button behind the rate limiter", ""},
	}
}
