CREATE TABLE orders (note varchar(100));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text USING trim(note);
