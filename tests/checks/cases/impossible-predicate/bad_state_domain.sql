-- state
CREATE DOMAIN rate AS numeric CHECK (value BETWEEN 0 AND 1);
CREATE TABLE goods (id bigint PRIMARY KEY, part rate);
CREATE INDEX large ON goods (id) WHERE part > 50;
