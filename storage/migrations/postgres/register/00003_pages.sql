-- +goose Up
-- The private page: which conversation a link, or the cookie of an open page, leads to. A newer one
-- of its sort takes the place of an older.
CREATE TABLE pages (
    hash         bytea PRIMARY KEY, -- keyed hash of the word in the link, or in the cookie
    conversation text NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    address      bytea NOT NULL,    -- keyed hash of the account it was given to
    opened       bigint NOT NULL CHECK (opened IN (0, 1)), -- 0 a link, 1 a page
    expires      bigint NOT NULL,
    UNIQUE (conversation, opened)
);
CREATE INDEX pages_expires ON pages (expires);

-- +goose Down
DROP TABLE pages;
