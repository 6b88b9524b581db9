CREATE TABLE orders (total numeric CHECK (total > 0));
-- migration
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
