CREATE TABLE orders (placed timestamp);
-- migration
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz USING placed AT TIME ZONE 'Europe/Oslo';
