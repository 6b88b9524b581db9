CREATE TABLE offers (id bigint, until timestamptz);
-- migration
ALTER TABLE offers ADD COLUMN day date GENERATED ALWAYS AS (until::date) STORED;
