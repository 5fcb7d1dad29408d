-- +goose Up
-- What may stand in plain is a closed list: campaign, stage, status, outcome, language, country,
-- screen id, platform, kind of work, class of failure, instants (UTC microseconds), counts, random
-- ids and keyed hashes. Everything else is sealed, and a CHECK refuses what is not: an envelope
-- begins with 01 and is never shorter than 109 bytes, a bundle of envelopes begins with 02.
CREATE TABLE store (
    id  TEXT PRIMARY KEY, -- the same id stands in the key store and in the data folder
    one INTEGER  NOT NULL DEFAULT 1 UNIQUE CHECK (one = 1) -- there is one row
) STRICT;

CREATE TABLE persons (
    id   TEXT PRIMARY KEY,
    made INTEGER  NOT NULL
) STRICT;

CREATE TABLE conversations (
    id        TEXT PRIMARY KEY,
    person    TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    campaign  TEXT NOT NULL CHECK (length(campaign) <= 64),
    stage     TEXT NOT NULL CHECK (stage IN ('open', 'sent', 'stopped')),
    language  TEXT NOT NULL CHECK (length(language) <= 35),
    country   TEXT NOT NULL CHECK (length(country) <= 2),
    screen    TEXT NOT NULL CHECK (length(screen) <= 64),
    showing   INTEGER  NOT NULL,
    started   INTEGER  NOT NULL,
    touched   INTEGER  NOT NULL,
    expires   INTEGER  NOT NULL,           -- 0 for never
    out_seq   INTEGER  NOT NULL,           -- the last number given to an outgoing message
    audit_no  INTEGER  NOT NULL DEFAULT 0, -- head of this conversation's audit chain
    audit_mac BLOB NOT NULL DEFAULT x'',
    audit_at  INTEGER  NOT NULL DEFAULT 0,
    doomed    INTEGER  NOT NULL DEFAULT 0, -- 1 while keys are to be destroyed, see doomed
    state     BLOB NOT NULL CHECK (length(state) >= 114 AND substr(state, 1, 1) = x'02')
) STRICT;
CREATE INDEX conversations_person ON conversations (person);
CREATE INDEX conversations_expires ON conversations (expires) WHERE expires > 0 AND stage <> 'sent';
CREATE INDEX conversations_touched ON conversations (touched) WHERE stage = 'open';
CREATE INDEX conversations_audit_at ON conversations (audit_at) WHERE audit_no > 0;

CREATE TABLE accounts (
    address      BLOB PRIMARY KEY, -- keyed hash of the platform's id
    platform     TEXT NOT NULL CHECK (length(platform) <= 32),
    person       TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, -- the current one
    blocked      INTEGER  NOT NULL DEFAULT 0, -- since when the person refuses messages
    sealed       BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;
CREATE INDEX accounts_person ON accounts (person);
CREATE INDEX accounts_conversation ON accounts (conversation);

CREATE TABLE submissions (
    id           TEXT PRIMARY KEY,
    conversation TEXT NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
    person       TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    reference    TEXT NOT NULL UNIQUE CHECK (length(reference) <= 32),
    campaign     TEXT NOT NULL CHECK (length(campaign) <= 64),
    status       TEXT NOT NULL CHECK (status IN
                     ('in_review', 'accepted', 'held', 'rejected', 'merged', 'withdrawn', 'frozen')),
    outcome      TEXT NOT NULL CHECK (length(outcome) <= 64),
    at           INTEGER  NOT NULL,
    language     TEXT NOT NULL CHECK (length(language) <= 35),
    country      TEXT NOT NULL CHECK (length(country) <= 2),
    counts       INTEGER  NOT NULL CHECK (counts IN (0, 1)),
    test         INTEGER  NOT NULL CHECK (test IN (0, 1)),
    body         BLOB NOT NULL CHECK (length(body) >= 114 AND substr(body, 1, 1) = x'02')
) STRICT;
CREATE INDEX submissions_register ON submissions (campaign, at, id);
CREATE INDEX submissions_person ON submissions (person);

-- What is left of an erased submission: that it was there, and a keyed hash of its sealed row.
CREATE TABLE tombstones (
    reference TEXT PRIMARY KEY,
    campaign  TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    submitted INTEGER  NOT NULL,
    erased    INTEGER  NOT NULL,
    hash      BLOB NOT NULL
) STRICT;

-- nth numbers the holders of one value. Two people who submit the same value at the same moment
-- want the same number; the one who loses runs again and finds the other.
CREATE TABLE lookups (
    hash       BLOB NOT NULL, -- keyed hash of purpose and value
    nth        INTEGER  NOT NULL,
    person     TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    item       INTEGER  NOT NULL,
    PRIMARY KEY (hash, nth)
) STRICT;
CREATE INDEX lookups_submission ON lookups (submission);
CREATE INDEX lookups_person ON lookups (person);

CREATE TABLE files (
    id     TEXT PRIMARY KEY, -- also the name of the sealed file in the data folder
    person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    key    BLOB NOT NULL,   -- id of the key that seals this row
    made   INTEGER  NOT NULL,
    named  INTEGER  NOT NULL DEFAULT 0 CHECK (named IN (0, 1)), -- 1 once the conversation names it
    sealed BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;
CREATE INDEX files_person ON files (person);
CREATE INDEX files_key ON files (key);
CREATE INDEX files_unnamed ON files (made) WHERE named = 0;

CREATE TABLE events (
    hash BLOB PRIMARY KEY, -- keyed hash of the event's identity
    at   INTEGER  NOT NULL
) STRICT;
CREATE INDEX events_at ON events (at);

CREATE TABLE outbox (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL CHECK (length(platform) <= 32),
    chat         BLOB NOT NULL,   -- keyed hash of the account
    lane         INTEGER  NOT NULL,    -- 0 for talk, 1 for downloads: they never wait for each other
    seq          INTEGER  NOT NULL,    -- order within the chat
    person       TEXT NOT NULL,    -- '' once erased: a farewell
    conversation TEXT NOT NULL,
    showing      INTEGER  NOT NULL,
    earlier      TEXT NOT NULL,    -- the row whose message is edited or removed
    state        TEXT NOT NULL CHECK (state IN ('due', 'sent', 'dropped')),
    attempts     INTEGER  NOT NULL DEFAULT 0,
    due          INTEGER  NOT NULL,
    done         INTEGER  NOT NULL DEFAULT 0,
    why          TEXT NOT NULL DEFAULT '' CHECK (length(why) <= 32),
    body         BLOB CHECK (body IS NULL OR length(body) >= 109 AND substr(body, 1, 1) = x'01'),
    message      BLOB CHECK (message IS NULL OR length(message) >= 109 AND substr(message, 1, 1) = x'01')
) STRICT;
CREATE INDEX outbox_due ON outbox (platform, due, seq) WHERE state = 'due';
CREATE INDEX outbox_order ON outbox (chat, lane, seq) WHERE state = 'due';
CREATE INDEX outbox_person ON outbox (person);
CREATE INDEX outbox_done ON outbox (done) WHERE state <> 'due';

-- Append-only. A chain is a conversation's id, or a name such as campaign:tiktok.
CREATE TABLE audit (
    chain TEXT NOT NULL CHECK (length(chain) <= 96),
    no    INTEGER  NOT NULL,
    at    INTEGER  NOT NULL,
    kind  TEXT NOT NULL CHECK (length(kind) <= 64),
    refs  BLOB NOT NULL CHECK (length(refs) >= 109 AND substr(refs, 1, 1) = x'01'),
    mac   BLOB NOT NULL CHECK (length(mac) = 32),
    PRIMARY KEY (chain, no)
) STRICT;

-- Heads of the chains that have no conversation, or whose conversation was erased.
CREATE TABLE chains (
    chain     TEXT PRIMARY KEY,
    audit_no  INTEGER  NOT NULL,
    audit_mac BLOB NOT NULL,
    audit_at  INTEGER  NOT NULL
) STRICT;
CREATE INDEX chains_audit_at ON chains (audit_at);

CREATE TABLE checkpoints (
    no    INTEGER  PRIMARY KEY,
    at    INTEGER  NOT NULL,
    heads BLOB NOT NULL, -- chains, numbers and MACs, see checkpoint.go
    mac   BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

-- Keys whose destruction was decided and has not been carried out yet.
CREATE TABLE doomed (
    key          BLOB PRIMARY KEY,
    conversation TEXT NOT NULL
) STRICT;
CREATE INDEX doomed_conversation ON doomed (conversation);

CREATE TABLE leases (
    name    TEXT PRIMARY KEY,
    fencing INTEGER  NOT NULL,
    expires INTEGER  NOT NULL,
    holder  TEXT  NOT NULL -- random; who was here before may take it back at once
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY CHECK (length(name) <= 64),
    value TEXT NOT NULL CHECK (length(value) <= 64)
) STRICT;

CREATE TABLE campaigns (
    id     TEXT PRIMARY KEY CHECK (length(id) <= 64),
    status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'paused', 'closed')),
    at     INTEGER  NOT NULL
) STRICT;

-- +goose Down
DROP TABLE campaigns;
DROP TABLE settings;
DROP TABLE leases;
DROP TABLE doomed;
DROP TABLE checkpoints;
DROP TABLE chains;
DROP TABLE audit;
DROP TABLE outbox;
DROP TABLE events;
DROP TABLE files;
DROP TABLE lookups;
DROP TABLE tombstones;
DROP TABLE submissions;
DROP TABLE accounts;
DROP TABLE conversations;
DROP TABLE persons;
DROP TABLE store;
