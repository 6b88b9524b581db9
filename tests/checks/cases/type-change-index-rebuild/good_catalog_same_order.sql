CREATE TABLE orders (note varchar(20), other text);
CREATE INDEX orders_note ON orders (note);
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
ALTER TABLE orders ALTER COLUMN other TYPE text COLLATE "C";
