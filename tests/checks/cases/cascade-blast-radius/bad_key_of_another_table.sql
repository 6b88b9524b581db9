CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint PRIMARY KEY, owner bigint REFERENCES people);

-- migration
ALTER TABLE people DROP CONSTRAINT people_pkey CASCADE;
