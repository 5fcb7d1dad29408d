-- +goose Up
-- The team: people with keys of their own, like everybody, and one seat for each of their accounts.
CREATE TABLE team (
    person       TEXT PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    admin        INTEGER NOT NULL CHECK (admin IN (0, 1)),
    moderator    INTEGER NOT NULL CHECK (moderator IN (0, 1)),
    safeguarding INTEGER NOT NULL CHECK (safeguarding IN (0, 1)),
    lawyer       INTEGER NOT NULL CHECK (lawyer IN (0, 1)),
    joined       INTEGER NOT NULL,
    out_seq      INTEGER NOT NULL, -- the last number given to a message to this member
    sitting      BLOB NOT NULL CHECK (length(sitting) >= 109 AND substr(sitting, 1, 1) = x'01')
) STRICT;

CREATE TABLE seats (
    address  BLOB PRIMARY KEY, -- keyed hash of the platform's id
    platform TEXT NOT NULL CHECK (length(platform) <= 32),
    person   TEXT NOT NULL REFERENCES team (person) ON DELETE CASCADE,
    sealed   BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;
CREATE INDEX seats_person ON seats (person);

-- The team's group or channel on a platform, and the line in it that tells what there is to do.
CREATE TABLE rooms (
    platform TEXT PRIMARY KEY CHECK (length(platform) <= 32),
    sealed   BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;

-- Codes that make somebody a member, or an account a member's.
CREATE TABLE invitations (
    hash    BLOB PRIMARY KEY, -- keyed hash of the code
    person  TEXT REFERENCES team (person) ON DELETE CASCADE, -- who gave it out; NULL for the program itself
    expires INTEGER NOT NULL,
    sealed  BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;
CREATE INDEX invitations_person ON invitations (person);
CREATE INDEX invitations_expires ON invitations (expires);

-- What waits for the team. Reasons and words lie in the submission, sealed.
CREATE TABLE cases (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('claim', 'safety', 'law')),
    submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    campaign   TEXT NOT NULL CHECK (length(campaign) <= 64),
    burst      TEXT NOT NULL DEFAULT '' CHECK (length(burst) <= 64),
    code       TEXT NOT NULL CHECK (length(code) <= 64),
    urgent     INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    rank       INTEGER NOT NULL, -- the order in the queue: the newest urgent case first, then the oldest
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'second', 'asked', 'held', 'settled')),
    opened     INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    holder     TEXT NOT NULL DEFAULT '',
    until      INTEGER NOT NULL DEFAULT 0,
    called     INTEGER NOT NULL DEFAULT 0, -- when those on call were last told
    proposer   TEXT NOT NULL DEFAULT '',
    decider    TEXT NOT NULL DEFAULT '',
    verdict    TEXT NOT NULL DEFAULT '' CHECK (length(verdict) <= 32),
    decided    INTEGER NOT NULL DEFAULT 0,
    taps       INTEGER NOT NULL DEFAULT 0,
    looks      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX cases_queue ON cases (urgent DESC, rank) WHERE state IN ('waiting', 'second', 'held');
CREATE INDEX cases_submission ON cases (submission);
CREATE INDEX cases_holder ON cases (holder) WHERE holder <> '';
CREATE INDEX cases_decided ON cases (decided) WHERE decided > 0;

-- Who knows the family of a case, and does not decide about it.
CREATE TABLE recusals (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    person  TEXT NOT NULL REFERENCES team (person) ON DELETE CASCADE,
    PRIMARY KEY (case_id, person)
) STRICT;
CREATE INDEX recusals_person ON recusals (person);

-- +goose Down
DROP TABLE recusals;
DROP TABLE cases;
DROP TABLE invitations;
DROP TABLE rooms;
DROP TABLE seats;
DROP TABLE team;
