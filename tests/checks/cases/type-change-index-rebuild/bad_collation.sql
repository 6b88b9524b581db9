CREATE TABLE orders (note text);
CREATE INDEX orders_note ON orders (note);
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C";
