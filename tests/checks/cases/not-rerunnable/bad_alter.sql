ALTER TABLE orders ADD COLUMN note text, ALTER COLUMN name DROP DEFAULT, DROP old;
ALTER TABLE orders ADD CONSTRAINT orders_note CHECK (note <> '');
