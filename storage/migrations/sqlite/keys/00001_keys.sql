-- +goose Up
-- Wrapped keys live in a file of their own, so that they can be backed up, aged and destroyed
-- apart from what they seal. Every value here is sealed with the master key.
CREATE TABLE store (
    id          TEXT    PRIMARY KEY,           -- the same id stands in the register and in the data folder
    proof       BLOB    NOT NULL CHECK (length(proof) >= 109 AND substr(proof, 1, 1) = x'01'),
    one         INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (one = 1), -- there is one row
    opened      INTEGER NOT NULL DEFAULT 0,    -- 0 while the first start has not finished
    checkpoints INTEGER NOT NULL DEFAULT 0,    -- how many audit checkpoints there must be
    checkpoint  BLOB    NOT NULL DEFAULT x''   -- the MAC of the last of them
) STRICT;

CREATE TABLE keys (
    id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
    person      TEXT    NOT NULL,              -- '' for the store's own keys, 'transit' for farewells
    compartment TEXT    NOT NULL,              -- self, member-N, special, safety
    made        INTEGER NOT NULL,
    wrapped     BLOB    NOT NULL CHECK (length(wrapped) >= 109 AND substr(wrapped, 1, 1) = x'01'),
    UNIQUE (person, compartment)
) STRICT;

-- +goose Down
DROP TABLE keys;
DROP TABLE store;
