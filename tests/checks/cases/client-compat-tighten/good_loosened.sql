ALTER TABLE orders ALTER COLUMN note DROP NOT NULL, ALTER COLUMN state DROP DEFAULT, ADD COLUMN parts integer;
CREATE INDEX orders_number ON orders (number);
