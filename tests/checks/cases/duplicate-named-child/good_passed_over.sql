CREATE TABLE t (id bigint CONSTRAINT positive CHECK (id > 0));
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE other (id bigint);
CREATE POLICY own ON other USING (true);
-- migration
ALTER TABLE t ADD COLUMN IF NOT EXISTS id integer, ADD COLUMN note text;
ALTER TABLE other ADD CONSTRAINT positive CHECK (id > 1);
CREATE POLICY own ON t USING (id > 0);
ALTER TYPE state ADD VALUE IF NOT EXISTS 'paid';
