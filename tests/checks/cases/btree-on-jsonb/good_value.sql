CREATE TABLE a (id bigint PRIMARY KEY, doc jsonb);
-- migration
CREATE INDEX ON a ((doc ->> 'name'));
