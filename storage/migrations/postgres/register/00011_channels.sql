-- +goose Up
-- Where a platform reaches the account, if that is not the account itself: Discord opens private
-- channels to few people a minute, and a process that starts anew must not open them all once more.
ALTER TABLE accounts ADD COLUMN channel bytea CHECK (channel IS NULL OR octet_length(channel) >= 109 AND get_byte(channel, 0) = 1);

-- +goose Down
ALTER TABLE accounts DROP COLUMN channel;
