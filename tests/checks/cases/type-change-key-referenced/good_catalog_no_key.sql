CREATE TABLE shops (id int PRIMARY KEY, rank int);
CREATE TABLE orders (shop int REFERENCES shops);
-- migration
ALTER TABLE shops ALTER COLUMN rank TYPE bigint;
