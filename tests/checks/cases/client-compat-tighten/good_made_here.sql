CREATE TABLE work (id bigint);
ALTER TABLE work ALTER COLUMN id SET NOT NULL, ADD CONSTRAINT work_id CHECK (id > 0);
CREATE UNIQUE INDEX work_id_key ON work (id);
