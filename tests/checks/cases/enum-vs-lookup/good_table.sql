CREATE TABLE states (name text PRIMARY KEY);
CREATE TYPE place AS (x integer, y integer);
