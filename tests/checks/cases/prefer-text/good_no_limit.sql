CREATE TABLE people (name text, nick varchar);
