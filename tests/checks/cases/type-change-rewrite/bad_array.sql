CREATE TABLE orders (notes varchar(10)[]);
-- migration
ALTER TABLE orders ALTER COLUMN notes TYPE varchar(20)[];
