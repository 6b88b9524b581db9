CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint PRIMARY KEY, owner bigint);
INSERT INTO pets VALUES (1, 5);

-- migration
ALTER TABLE pets ADD FOREIGN KEY (owner) REFERENCES people;
