ALTER TABLE orders ADD COLUMN "user" text;
