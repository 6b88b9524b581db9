CREATE TABLE work (id bigint, note text);
ALTER TABLE work DROP COLUMN note;
DROP TABLE work;
