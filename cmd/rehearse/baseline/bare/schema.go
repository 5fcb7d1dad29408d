package main

// schema is as little as the work can be done with.
const schema = `
CREATE TABLE IF NOT EXISTS events (identity text PRIMARY KEY, at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS conversations (chat bigint PRIMARY KEY, seq bigint NOT NULL, touched bigint NOT NULL, state bytea NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (id text PRIMARY KEY, chat bigint NOT NULL, seq bigint NOT NULL, state text NOT NULL,
	due bigint NOT NULL, done bigint NOT NULL, message bigint NOT NULL, body bytea);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due, seq) WHERE state = 'due';`
