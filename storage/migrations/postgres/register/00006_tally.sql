-- +goose Up
-- The figures of a campaign are counted from indexes alone, without the rows. The first has the order
-- in which they are grouped: with it a million submissions are counted in passing, without it sorted.
ALTER TABLE conversations ADD COLUMN test bigint NOT NULL DEFAULT 0 CHECK (test IN (0, 1)); -- begun in a draft
CREATE INDEX submissions_tally ON submissions (campaign, test, counts, status, outcome, country);
DROP INDEX submissions_register;
CREATE INDEX submissions_register ON submissions (campaign, at, id, test, counts, status, outcome);
DROP INDEX conversations_touched;
CREATE INDEX conversations_touched ON conversations (touched, campaign, test, screen) WHERE stage = 'open';

-- +goose Down
DROP INDEX conversations_touched;
CREATE INDEX conversations_touched ON conversations (touched) WHERE stage = 'open';
DROP INDEX submissions_register;
CREATE INDEX submissions_register ON submissions (campaign, at, id);
DROP INDEX submissions_tally;
ALTER TABLE conversations DROP COLUMN test;
