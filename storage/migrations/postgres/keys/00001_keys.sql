-- +goose Up
-- Wrapped keys live in a schema of their own, so that they can be backed up, aged and destroyed
-- apart from what they seal. Every value here is sealed with the master key.
CREATE TABLE claimline_keys.store (
    id          text   PRIMARY KEY,           -- the same id stands in the register and in the data folder
    proof       bytea  NOT NULL CHECK (octet_length(proof) >= 109 AND get_byte(proof, 0) = 1),
    one         smallint NOT NULL DEFAULT 1 UNIQUE CHECK (one = 1), -- there is one row
    opened      bigint NOT NULL DEFAULT 0,    -- 0 while the first start has not finished
    checkpoints bigint NOT NULL DEFAULT 0,    -- how many audit checkpoints there must be
    checkpoint  bytea  NOT NULL DEFAULT ''::bytea -- the MAC of the last of them
);

CREATE TABLE claimline_keys.keys (
    id          bytea  PRIMARY KEY CHECK (octet_length(id) = 16),
    person      text   NOT NULL,              -- '' for the store's own keys, 'transit' for farewells
    compartment text   NOT NULL,              -- self, member-N, special, safety
    made        bigint NOT NULL,
    wrapped     bytea  NOT NULL CHECK (octet_length(wrapped) >= 109 AND get_byte(wrapped, 0) = 1),
    UNIQUE (person, compartment)
);

-- +goose Down
DROP TABLE claimline_keys.keys;
DROP TABLE claimline_keys.store;
