CREATE TABLE offers (id bigint, until timestamptz);
-- migration
CREATE INDEX offers_open ON offers (id) WHERE until > now();
