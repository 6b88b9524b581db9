CREATE TABLE doc (id bigint);
-- migration
GRANT CREATE ON SCHEMA public TO PUBLIC;
