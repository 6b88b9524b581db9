CREATE TABLE orders (note varchar(100), pieces int CHECK (pieces > 0));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE varchar(200);
