CREATE TABLE a (id bigint PRIMARY KEY, x int, y int);
CREATE INDEX one ON a (x);
-- migration
CREATE INDEX two ON a (y);
