-- +goose Up
-- The files of an account in other campaigns than the one that it is talking about now, which
-- accounts names. A row moves there and back; what is sealed stays as it is.
CREATE TABLE asides (
    address      bytea NOT NULL, -- keyed hash of the platform's id
    campaign     text NOT NULL CHECK (length(campaign) <= 64),
    platform     text NOT NULL CHECK (length(platform) <= 32),
    person       text NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    conversation text NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    sealed       bytea NOT NULL CHECK (octet_length(sealed) >= 109 AND get_byte(sealed, 0) = 1),
    PRIMARY KEY (address, campaign)
);
CREATE INDEX asides_person ON asides (person);
CREATE INDEX asides_conversation ON asides (conversation);

-- +goose Down
DROP TABLE asides;
