-- +goose Up
-- Updates that could not be handled, kept for a while for whoever mends the program.
CREATE TABLE parked (
    id       bytea PRIMARY KEY, -- keyed hash of the update
    platform text NOT NULL CHECK (length(platform) <= 32),
    person   text REFERENCES persons (id) ON DELETE CASCADE, -- NULL for somebody who is not on file
    made     bigint  NOT NULL,
    sealed   bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1)
);
CREATE INDEX parked_person ON parked (person);
CREATE INDEX parked_made ON parked (made);

-- +goose Down
DROP TABLE parked;
