-- +goose Up
-- A pass is a random word that leads to a conversation for some time: a link to the private page, the
-- cookie of a page that is open, or of one that was left and can be read, a code that joins accounts,
-- or an invitation for another guardian. A newer one of its sort takes the place of an older.
CREATE TABLE passes (
    hash         BLOB PRIMARY KEY, -- keyed hash of the word and its sort
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    sort         TEXT NOT NULL CHECK (sort IN ('link', 'page', 'read', 'code', 'invite')),
    address      BLOB NOT NULL, -- keyed hash of the account it was given to
    expires      INTEGER NOT NULL,
    UNIQUE (conversation, sort)
) STRICT;
CREATE INDEX passes_expires ON passes (expires);

-- +goose Down
DROP TABLE passes;
