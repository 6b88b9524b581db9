CREATE TABLE orders (total numeric NOT NULL);
-- migration
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
