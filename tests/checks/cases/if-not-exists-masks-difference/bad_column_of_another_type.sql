CREATE TABLE goods (id bigint PRIMARY KEY, price integer);

-- migration
ALTER TABLE goods ADD COLUMN IF NOT EXISTS price numeric(10, 2);
