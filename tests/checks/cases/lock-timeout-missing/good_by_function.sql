SELECT set_config('lock_timeout', '500', false);
ALTER TABLE orders ADD COLUMN state text;
