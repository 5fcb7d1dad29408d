-- +goose Up
-- A look is a random word that lets somebody of the team look at a case on the private page for some
-- minutes: a link, or the cookie of a page that is open. Nothing of what is seen lies here. A newer
-- one of its sort takes the place of an older.
CREATE TABLE looks (
    hash    bytea PRIMARY KEY, -- keyed hash of the word and its sort
    person  text NOT NULL REFERENCES team (person) ON DELETE CASCADE,
    case_id text NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    sort    text NOT NULL CHECK (sort IN ('link', 'page')),
    expires bigint NOT NULL,
    UNIQUE (person, sort)
);
CREATE INDEX looks_case ON looks (case_id);
CREATE INDEX looks_expires ON looks (expires);

-- +goose Down
DROP TABLE looks;
