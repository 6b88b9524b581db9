-- state
CREATE TYPE kind AS ENUM ('plain', 'fine');
CREATE DOMAIN rate AS numeric CHECK (value BETWEEN 0 AND 1);
CREATE TABLE goods (id bigint PRIMARY KEY, of kind, state text CHECK (state IN ('new', 'old') OR state IS NULL), part rate);
CREATE VIEW listed AS SELECT g.id AS number, g.state AS condition, g.part FROM goods g;
CREATE VIEW used AS SELECT count(*) FROM listed WHERE condition = 'used';
