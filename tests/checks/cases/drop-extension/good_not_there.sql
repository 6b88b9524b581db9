CREATE TABLE people (id bigint);

-- migration
DROP EXTENSION IF EXISTS pg_trgm;
