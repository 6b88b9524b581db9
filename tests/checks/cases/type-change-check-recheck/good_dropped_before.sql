CREATE TABLE orders (note varchar(100) CONSTRAINT told CHECK (note <> ''));
-- migration
ALTER TABLE orders DROP CONSTRAINT told;
ALTER TABLE orders ALTER COLUMN note TYPE varchar(200);
