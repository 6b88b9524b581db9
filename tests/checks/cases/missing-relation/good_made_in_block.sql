CREATE TABLE orders (id bigint);
-- migration
DO $$ BEGIN
    CREATE TYPE state AS ENUM ('open');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
ALTER TABLE orders ADD COLUMN state state;
