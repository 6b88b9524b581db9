ALTER TABLE orders ADD COLUMN placed timestamptz NOT NULL DEFAULT now();
ALTER TABLE orders ADD COLUMN clerk text DEFAULT current_user;
ALTER TABLE orders ADD COLUMN state text DEFAULT lower('NEW');
