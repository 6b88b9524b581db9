ALTER TABLE orders ALTER COLUMN number TYPE bigint;
