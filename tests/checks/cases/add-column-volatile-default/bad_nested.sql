ALTER TABLE orders ADD COLUMN token text NOT NULL DEFAULT upper(md5(random()::text));
