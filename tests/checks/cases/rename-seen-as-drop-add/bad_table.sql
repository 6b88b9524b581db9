CREATE TABLE people (id bigint PRIMARY KEY, mail text);

-- migration
DROP TABLE people;
CREATE TABLE persons (id bigint PRIMARY KEY, mail text);
