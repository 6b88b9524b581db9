CREATE TABLE people (id bigint PRIMARY KEY, mail text);
CREATE FUNCTION mail_of(bigint) RETURNS text LANGUAGE sql AS 'select mail from people where id = $1';

-- migration
ALTER TABLE people RENAME COLUMN mail TO email;
