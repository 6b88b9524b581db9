CREATE TABLE orders (id bigint PRIMARY KEY);
DO $$ BEGIN RAISE NOTICE 'done'; END $$;
