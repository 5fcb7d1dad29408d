-- +goose Up
-- Updates that could not be handled, kept for a while for whoever mends the program.
CREATE TABLE parked (
    id       BLOB PRIMARY KEY, -- keyed hash of the update
    platform TEXT NOT NULL CHECK (length(platform) <= 32),
    person   TEXT REFERENCES persons (id) ON DELETE CASCADE, -- NULL for somebody who is not on file
    made     INTEGER  NOT NULL,
    sealed   BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01')
) STRICT;
CREATE INDEX parked_person ON parked (person);
CREATE INDEX parked_made ON parked (made);

-- +goose Down
DROP TABLE parked;
