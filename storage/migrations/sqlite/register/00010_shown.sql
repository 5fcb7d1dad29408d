-- +goose Up
-- At whose desk a case was shown last, and when: two people who ask for the next one do not get the same.
ALTER TABLE cases ADD COLUMN shown TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN shown_at INTEGER NOT NULL DEFAULT 0;

-- A case whose family was asked and does not answer comes up again.
DROP INDEX cases_queue;
CREATE INDEX cases_queue ON cases (urgent DESC, rank) WHERE state IN ('waiting', 'second', 'asked', 'held');

-- Nothing ever counted by it.
ALTER TABLE team DROP COLUMN out_seq;

-- +goose Down
ALTER TABLE team ADD COLUMN out_seq INTEGER NOT NULL DEFAULT 0;
DROP INDEX cases_queue;
CREATE INDEX cases_queue ON cases (urgent DESC, rank) WHERE state IN ('waiting', 'second', 'held');
ALTER TABLE cases DROP COLUMN shown_at;
ALTER TABLE cases DROP COLUMN shown;
