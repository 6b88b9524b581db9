CREATE TABLE orders (note varchar(100) CHECK (note <> ''));
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE varchar(200);
