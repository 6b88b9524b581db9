CREATE TABLE people (name varchar(100), nick character varying (20)[]);
