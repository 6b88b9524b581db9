CREATE TABLE orders (total numeric);
ALTER TABLE orders ADD CHECK (total IS NOT NULL) NOT VALID;
-- migration
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
