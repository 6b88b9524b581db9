CREATE TABLE people (id bigint PRIMARY KEY, mail text);
INSERT INTO people VALUES (1, 'A@x'), (2, 'a@x');

-- migration
CREATE UNIQUE INDEX CONCURRENTLY people_mail ON people (lower(mail));
