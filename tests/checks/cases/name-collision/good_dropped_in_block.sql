CREATE TABLE orders (id bigint);
-- migration
DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$;
CREATE TABLE orders (id bigint);
