CREATE TABLE staging (id bigint, state text);
UPDATE staging SET state = 'new';
