CREATE TYPE sort AS ENUM ('a', 'b');
CREATE TABLE goods (id serial PRIMARY KEY, name varchar(20), at timestamptz(3), of sort, all_of text[], price decimal(8));
CREATE INDEX by_name ON goods (name) WHERE price > 0;

-- migration
CREATE TABLE IF NOT EXISTS goods
  (id serial PRIMARY KEY, name varchar(20), at timestamptz(3), of sort, all_of text[], price decimal(8));
CREATE INDEX IF NOT EXISTS by_name ON goods (name) WHERE price > 0;
ALTER TABLE goods ADD COLUMN IF NOT EXISTS at timestamp (3) with time zone;
