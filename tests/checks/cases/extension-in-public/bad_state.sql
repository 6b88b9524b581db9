-- state
CREATE EXTENSION pg_trgm SCHEMA public;
