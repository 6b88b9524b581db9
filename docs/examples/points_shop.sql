-- The shop as it is: the database that the migration meets.
CREATE TABLE item (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text NOT NULL
);

CREATE VIEW products AS SELECT id, name FROM item;

CREATE TABLE customer (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email  text NOT NULL
);

CREATE TABLE reward (
    id      uuid PRIMARY KEY,
    name    text NOT NULL,
    points  integer NOT NULL
);

INSERT INTO item (name) VALUES ('cup'), ('plate');
INSERT INTO customer (email) VALUES ('ada@example.org');
INSERT INTO reward VALUES ('7c1c5e7e-6d5c-4a43-9a3a-0d6f3f6f2b11', 'a cup', 100);
