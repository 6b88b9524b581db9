CREATE TABLE a (x integer);
CREATE TABLE b (x integer);
CREATE INDEX by_x ON a (x);
-- migration
ALTER TABLE b ADD CONSTRAINT by_x UNIQUE (x);
