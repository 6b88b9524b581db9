-- state
CREATE TABLE goods (id bigint PRIMARY KEY, name text);
CREATE INDEX by_name ON goods (name);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_name'::regclass;
