-- +goose Up
-- The files of an account in other campaigns than the one that it is talking about now, which
-- accounts names. A row moves there and back; what is sealed stays as it is.
CREATE TABLE asides (
    address      BLOB NOT NULL, -- keyed hash of the platform's id
    campaign     TEXT NOT NULL CHECK (length(campaign) <= 64),
    platform     TEXT NOT NULL CHECK (length(platform) <= 32),
    person       TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    sealed       BLOB NOT NULL CHECK (length(sealed) >= 109 AND substr(sealed, 1, 1) = x'01'),
    PRIMARY KEY (address, campaign)
) STRICT;
CREATE INDEX asides_person ON asides (person);
CREATE INDEX asides_conversation ON asides (conversation);

-- +goose Down
DROP TABLE asides;
