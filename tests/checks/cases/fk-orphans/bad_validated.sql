CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE pets (id bigint PRIMARY KEY, owner bigint);
INSERT INTO pets VALUES (1, 5);
ALTER TABLE pets ADD CONSTRAINT pets_owner FOREIGN KEY (owner) REFERENCES people NOT VALID;

-- migration
ALTER TABLE pets VALIDATE CONSTRAINT pets_owner;
