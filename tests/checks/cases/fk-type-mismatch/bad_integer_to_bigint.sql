-- state
CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint PRIMARY KEY, owner integer REFERENCES people);
