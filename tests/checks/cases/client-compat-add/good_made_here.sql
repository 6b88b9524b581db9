CREATE TABLE work (id bigint);
ALTER TABLE work ADD COLUMN note text;
