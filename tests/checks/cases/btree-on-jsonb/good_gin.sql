-- state
CREATE TABLE a (id bigint PRIMARY KEY, doc jsonb);
CREATE INDEX ON a USING gin (doc);
