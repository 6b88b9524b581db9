CREATE TABLE people (id bigint PRIMARY KEY, mail text, town text);
INSERT INTO people VALUES (1, 'a@x', 'Bern'), (2, 'a@x', 'Bern');

-- migration
ALTER TABLE people ADD UNIQUE (mail, town);
