CREATE TABLE goods (id bigint PRIMARY KEY, pieces integer, name varchar(20), price numeric(8, 2), at timestamp(3));
INSERT INTO goods VALUES (1, 10, 'x', 1.5, now());

-- migration
ALTER TABLE goods ALTER COLUMN pieces TYPE bigint;
ALTER TABLE goods ALTER COLUMN name TYPE varchar(40);
ALTER TABLE goods ALTER COLUMN price TYPE numeric(10, 2);
ALTER TABLE goods ALTER COLUMN at TYPE timestamp;
