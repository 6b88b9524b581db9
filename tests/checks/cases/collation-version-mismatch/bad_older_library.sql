-- state
CREATE COLLATION german (provider = icu, locale = 'de', version = '1.0');
CREATE TABLE people (id bigint PRIMARY KEY, name text COLLATE german);
