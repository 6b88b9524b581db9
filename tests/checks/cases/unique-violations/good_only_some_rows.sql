CREATE TABLE people (id bigint PRIMARY KEY, mail text, gone boolean NOT NULL);
INSERT INTO people VALUES (1, 'a@x', true), (2, 'a@x', false);

-- migration
CREATE UNIQUE INDEX people_mail ON people (mail) WHERE NOT gone;
