CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, a bigint);
-- migration
ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;
