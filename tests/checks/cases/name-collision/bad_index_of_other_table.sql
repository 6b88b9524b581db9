CREATE TABLE a (x integer);
CREATE TABLE b (x integer);
CREATE INDEX by_x ON a (x);
-- migration
CREATE INDEX IF NOT EXISTS by_x ON b (x);
