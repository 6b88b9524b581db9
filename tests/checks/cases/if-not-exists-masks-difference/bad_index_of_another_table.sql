CREATE TABLE goods (id bigint PRIMARY KEY, name text);
CREATE TABLE people (id bigint PRIMARY KEY, name text);
CREATE INDEX by_name ON people (name);

-- migration
CREATE INDEX IF NOT EXISTS by_name ON goods (name);
