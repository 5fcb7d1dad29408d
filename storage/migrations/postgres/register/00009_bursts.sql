-- +goose Up
-- The random id of the burst that a submission came in with; '' for none.
ALTER TABLE submissions ADD COLUMN burst text NOT NULL DEFAULT '' CHECK (length(burst) <= 64);
CREATE INDEX submissions_burst ON submissions (burst, at, id) WHERE burst <> '';

-- +goose Down
DROP INDEX submissions_burst;
ALTER TABLE submissions DROP COLUMN burst;
