CREATE TABLE people (id bigint PRIMARY KEY, mail text);
INSERT INTO people VALUES (1, NULL), (2, NULL);

-- migration
ALTER TABLE people ADD UNIQUE (mail);
