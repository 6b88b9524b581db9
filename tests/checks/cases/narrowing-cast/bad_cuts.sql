CREATE TABLE goods (id bigint PRIMARY KEY, name text);
INSERT INTO goods VALUES (1, 'a very long name');

-- migration
ALTER TABLE goods ALTER COLUMN name TYPE varchar(4) USING name::varchar(4);
