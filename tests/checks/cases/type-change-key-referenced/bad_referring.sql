CREATE TABLE shops (id int PRIMARY KEY);
CREATE TABLE orders (shop int REFERENCES shops);
-- migration
ALTER TABLE orders ALTER COLUMN shop TYPE bigint;
