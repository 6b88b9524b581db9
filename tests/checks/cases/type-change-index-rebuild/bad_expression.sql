CREATE TABLE orders (note varchar(20));
CREATE INDEX orders_note ON orders (lower(note));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE varchar(40);
