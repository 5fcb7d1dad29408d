-- +goose Up
-- The team: people with keys of their own, like everybody, and one seat for each of their accounts.
CREATE TABLE team (
    person       text PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    admin        bigint NOT NULL CHECK (admin IN (0, 1)),
    moderator    bigint NOT NULL CHECK (moderator IN (0, 1)),
    safeguarding bigint NOT NULL CHECK (safeguarding IN (0, 1)),
    lawyer       bigint NOT NULL CHECK (lawyer IN (0, 1)),
    joined       bigint NOT NULL,
    out_seq      bigint NOT NULL, -- the last number given to a message to this member
    sitting      bytea NOT NULL CHECK (octet_length(sitting) >= 109 AND get_byte(sitting, 0) = 1)
);

CREATE TABLE seats (
    address  bytea PRIMARY KEY, -- keyed hash of the platform's id
    platform text NOT NULL CHECK (length(platform) <= 32),
    person   text NOT NULL REFERENCES team (person) ON DELETE CASCADE,
    sealed   bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);
CREATE INDEX seats_person ON seats (person);

-- The team's group or channel on a platform, and the line in it that tells what there is to do.
CREATE TABLE rooms (
    platform text PRIMARY KEY CHECK (length(platform) <= 32),
    sealed   bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);

-- Codes that make somebody a member, or an account a member's.
CREATE TABLE invitations (
    hash    bytea PRIMARY KEY, -- keyed hash of the code
    person  text REFERENCES team (person) ON DELETE CASCADE, -- who gave it out; NULL for the program itself
    expires bigint NOT NULL,
    sealed  bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);
CREATE INDEX invitations_person ON invitations (person);
CREATE INDEX invitations_expires ON invitations (expires);

-- What waits for the team. Reasons and words lie in the submission, sealed.
CREATE TABLE cases (
    id         text PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('claim', 'safety', 'law')),
    submission text NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    campaign   text NOT NULL CHECK (length(campaign) <= 64),
    burst      text NOT NULL DEFAULT '' CHECK (length(burst) <= 64),
    code       text NOT NULL CHECK (length(code) <= 64),
    urgent     bigint NOT NULL CHECK (urgent IN (0, 1)),
    rank       bigint NOT NULL, -- the order in the queue: the newest urgent case first, then the oldest
    state      text NOT NULL CHECK (state IN ('waiting', 'second', 'asked', 'held', 'settled')),
    opened     bigint NOT NULL,
    due        bigint NOT NULL,
    holder     text NOT NULL DEFAULT '',
    until      bigint NOT NULL DEFAULT 0,
    called     bigint NOT NULL DEFAULT 0, -- when those on call were last told
    proposer   text NOT NULL DEFAULT '',
    decider    text NOT NULL DEFAULT '',
    verdict    text NOT NULL DEFAULT '' CHECK (length(verdict) <= 32),
    decided    bigint NOT NULL DEFAULT 0,
    taps       bigint NOT NULL DEFAULT 0,
    looks      bigint NOT NULL DEFAULT 0
);
CREATE INDEX cases_queue ON cases (urgent DESC, rank) WHERE state IN ('waiting', 'second', 'held');
CREATE INDEX cases_submission ON cases (submission);
CREATE INDEX cases_holder ON cases (holder) WHERE holder <> '';
CREATE INDEX cases_decided ON cases (decided) WHERE decided > 0;

-- Who knows the family of a case, and does not decide about it.
CREATE TABLE recusals (
    case_id text NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    person  text NOT NULL REFERENCES team (person) ON DELETE CASCADE,
    PRIMARY KEY (case_id, person)
);
CREATE INDEX recusals_person ON recusals (person);

-- +goose Down
DROP TABLE recusals;
DROP TABLE cases;
DROP TABLE invitations;
DROP TABLE rooms;
DROP TABLE seats;
DROP TABLE team;
