-- +goose Up
-- The private page: which conversation a link, or the cookie of an open page, leads to. A newer one
-- of its sort takes the place of an older.
CREATE TABLE pages (
    hash         BLOB PRIMARY KEY, -- keyed hash of the word in the link, or in the cookie
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    address      BLOB NOT NULL,    -- keyed hash of the account it was given to
    opened       INTEGER NOT NULL CHECK (opened IN (0, 1)), -- 0 a link, 1 a page
    expires      INTEGER NOT NULL,
    UNIQUE (conversation, opened)
) STRICT;
CREATE INDEX pages_expires ON pages (expires);

-- +goose Down
DROP TABLE pages;
