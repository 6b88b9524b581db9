-- state
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE TABLE people (id bigint PRIMARY KEY, name text COLLATE german);
