CREATE TABLE people (id bigint PRIMARY KEY, mail text);
CREATE TABLE other (id bigint PRIMARY KEY, mail text);
CREATE FUNCTION many() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(mail) FROM people; END;
CREATE FUNCTION others() RETURNS bigint LANGUAGE sql AS 'select count(mail) from other';

-- migration
ALTER TABLE people RENAME COLUMN mail TO email;
