CREATE TABLE goods (id bigint PRIMARY KEY, price numeric(10, 2));
INSERT INTO goods VALUES (1, 10);

-- migration
ALTER TABLE goods ALTER COLUMN price TYPE integer;
