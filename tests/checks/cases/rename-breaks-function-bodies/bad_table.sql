CREATE TABLE people (id bigint PRIMARY KEY, mail text);
CREATE FUNCTION many() RETURNS bigint LANGUAGE plpgsql AS 'begin return (select count(*) from people); end';

-- migration
ALTER TABLE people RENAME TO persons;
