CREATE TYPE a AS ENUM ('x');
CREATE TYPE b AS ENUM ('x');
CREATE TABLE states (name a PRIMARY KEY);
CREATE TABLE t (state b);
-- migration
ALTER TABLE t ADD FOREIGN KEY (state) REFERENCES states (name);
