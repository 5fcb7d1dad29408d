-- +goose Up
-- What may stand in plain is a closed list: campaign, stage, status, outcome, language, country,
-- screen id, platform, kind of work, class of failure, instants (UTC microseconds), counts, random
-- ids and keyed hashes. Everything else is sealed, and a CHECK refuses what is not: an envelope
-- begins with 01 and is never shorter than 109 bytes, a bundle of envelopes begins with 02.
CREATE TABLE store (
    id  text PRIMARY KEY, -- the same id stands in the key store and in the data folder
    one bigint  NOT NULL DEFAULT 1 UNIQUE CHECK (one = 1) -- there is one row
);

CREATE TABLE persons (
    id   text PRIMARY KEY,
    made bigint  NOT NULL
);

CREATE TABLE conversations (
    id        text PRIMARY KEY,
    person    text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    campaign  text NOT NULL CHECK (length(campaign) <= 64),
    stage     text NOT NULL CHECK (stage IN ('open', 'sent', 'stopped')),
    language  text NOT NULL CHECK (length(language) <= 35),
    country   text NOT NULL CHECK (length(country) <= 2),
    screen    text NOT NULL CHECK (length(screen) <= 64),
    showing   bigint  NOT NULL,
    started   bigint  NOT NULL,
    touched   bigint  NOT NULL,
    expires   bigint  NOT NULL,           -- 0 for never
    out_seq   bigint  NOT NULL,           -- the last number given to an outgoing message
    audit_no  bigint  NOT NULL DEFAULT 0, -- head of this conversation's audit chain
    audit_mac bytea NOT NULL DEFAULT ''::bytea,
    audit_at  bigint  NOT NULL DEFAULT 0,
    doomed    bigint  NOT NULL DEFAULT 0, -- 1 while keys are to be destroyed, see doomed
    state     bytea NOT NULL CHECK (octet_length(state) >= 114 AND get_byte(state, 0) = 2)
);
CREATE INDEX conversations_person ON conversations (person);
CREATE INDEX conversations_expires ON conversations (expires) WHERE expires > 0 AND stage <> 'sent';
CREATE INDEX conversations_touched ON conversations (touched) WHERE stage = 'open';
CREATE INDEX conversations_audit_at ON conversations (audit_at) WHERE audit_no > 0;

CREATE TABLE accounts (
    address      bytea PRIMARY KEY, -- keyed hash of the platform's id
    platform     text NOT NULL CHECK (length(platform) <= 32),
    person       text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    conversation text NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, -- the current one
    blocked      bigint  NOT NULL DEFAULT 0, -- since when the person refuses messages
    sealed       bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);
CREATE INDEX accounts_person ON accounts (person);
CREATE INDEX accounts_conversation ON accounts (conversation);

CREATE TABLE submissions (
    id           text PRIMARY KEY,
    conversation text NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
    person       text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    reference    text NOT NULL UNIQUE CHECK (length(reference) <= 32),
    campaign     text NOT NULL CHECK (length(campaign) <= 64),
    status       text NOT NULL CHECK (status IN
                     ('in_review', 'accepted', 'held', 'rejected', 'merged', 'withdrawn', 'frozen')),
    outcome      text NOT NULL CHECK (length(outcome) <= 64),
    at           bigint  NOT NULL,
    language     text NOT NULL CHECK (length(language) <= 35),
    country      text NOT NULL CHECK (length(country) <= 2),
    counts       bigint  NOT NULL CHECK (counts IN (0, 1)),
    test         bigint  NOT NULL CHECK (test IN (0, 1)),
    body         bytea NOT NULL CHECK (octet_length(body) >= 114 AND get_byte(body, 0) = 2)
);
CREATE INDEX submissions_register ON submissions (campaign, at, id);
CREATE INDEX submissions_person ON submissions (person);

-- What is left of an erased submission: that it was there, and a keyed hash of its sealed row.
CREATE TABLE tombstones (
    reference text PRIMARY KEY,
    campaign  text NOT NULL,
    outcome   text NOT NULL,
    submitted bigint  NOT NULL,
    erased    bigint  NOT NULL,
    hash      bytea NOT NULL
);

-- nth numbers the holders of one value. Two people who submit the same value at the same moment
-- want the same number; the one who loses runs again and finds the other.
CREATE TABLE lookups (
    hash       bytea NOT NULL, -- keyed hash of purpose and value
    nth        bigint  NOT NULL,
    person     text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    submission text NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    item       bigint  NOT NULL,
    PRIMARY KEY (hash, nth)
);
CREATE INDEX lookups_submission ON lookups (submission);
CREATE INDEX lookups_person ON lookups (person);

CREATE TABLE files (
    id     text PRIMARY KEY, -- also the name of the sealed file in the data folder
    person text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    key    bytea NOT NULL,   -- id of the key that seals this row
    made   bigint  NOT NULL,
    named  bigint  NOT NULL DEFAULT 0 CHECK (named IN (0, 1)), -- 1 once the conversation names it
    sealed bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);
CREATE INDEX files_person ON files (person);
CREATE INDEX files_key ON files (key);
CREATE INDEX files_unnamed ON files (made) WHERE named = 0;

CREATE TABLE events (
    hash bytea PRIMARY KEY, -- keyed hash of the event's identity
    at   bigint  NOT NULL
);
CREATE INDEX events_at ON events (at);

CREATE TABLE outbox (
    id           text PRIMARY KEY,
    platform     text NOT NULL CHECK (length(platform) <= 32),
    chat         bytea NOT NULL,   -- keyed hash of the account
    lane         bigint  NOT NULL,    -- 0 for talk, 1 for downloads: they never wait for each other
    seq          bigint  NOT NULL,    -- order within the chat
    person       text NOT NULL,    -- '' once erased: a farewell
    conversation text NOT NULL,
    showing      bigint  NOT NULL,
    earlier      text NOT NULL,    -- the row whose message is edited or removed
    state        text NOT NULL CHECK (state IN ('due', 'sent', 'dropped')),
    attempts     bigint  NOT NULL DEFAULT 0,
    due          bigint  NOT NULL,
    done         bigint  NOT NULL DEFAULT 0,
    why          text NOT NULL DEFAULT '' CHECK (length(why) <= 32),
    body         bytea CHECK (body IS NULL OR octet_length(body) >= 109 AND get_byte(body, 0) = 1),
    message      bytea CHECK (message IS NULL OR octet_length(message) >= 109 AND get_byte(message, 0) = 1)
);
CREATE INDEX outbox_due ON outbox (platform, due, seq) WHERE state = 'due';
CREATE INDEX outbox_order ON outbox (chat, lane, seq) WHERE state = 'due';
CREATE INDEX outbox_person ON outbox (person);
CREATE INDEX outbox_done ON outbox (done) WHERE state <> 'due';

-- Append-only. A chain is a conversation's id, or a name such as campaign:tiktok.
CREATE TABLE audit (
    chain text NOT NULL CHECK (length(chain) <= 96),
    no    bigint  NOT NULL,
    at    bigint  NOT NULL,
    kind  text NOT NULL CHECK (length(kind) <= 64),
    refs  bytea NOT NULL CHECK (octet_length(refs) >= 109 AND get_byte(refs, 0) = 1),
    mac   bytea NOT NULL CHECK (octet_length(mac) = 32),
    PRIMARY KEY (chain, no)
);

-- Heads of the chains that have no conversation, or whose conversation was erased.
CREATE TABLE chains (
    chain     text PRIMARY KEY,
    audit_no  bigint  NOT NULL,
    audit_mac bytea NOT NULL,
    audit_at  bigint  NOT NULL
);
CREATE INDEX chains_audit_at ON chains (audit_at);

CREATE TABLE checkpoints (
    no    bigint  PRIMARY KEY,
    at    bigint  NOT NULL,
    heads bytea NOT NULL, -- chains, numbers and MACs, see checkpoint.go
    mac   bytea NOT NULL CHECK (octet_length(mac) = 32)
);

-- Keys whose destruction was decided and has not been carried out yet.
CREATE TABLE doomed (
    key          bytea PRIMARY KEY,
    conversation text NOT NULL
);
CREATE INDEX doomed_conversation ON doomed (conversation);

CREATE TABLE leases (
    name    text PRIMARY KEY,
    fencing bigint  NOT NULL,
    expires bigint  NOT NULL,
    holder  text  NOT NULL -- random; who was here before may take it back at once
);

CREATE TABLE settings (
    name  text PRIMARY KEY CHECK (length(name) <= 64),
    value text NOT NULL CHECK (length(value) <= 64)
);

CREATE TABLE campaigns (
    id     text PRIMARY KEY CHECK (length(id) <= 64),
    status text NOT NULL CHECK (status IN ('draft', 'open', 'paused', 'closed')),
    at     bigint  NOT NULL
);

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
