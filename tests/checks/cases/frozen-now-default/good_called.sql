CREATE TABLE orders (id bigint, at timestamptz DEFAULT now(), word text DEFAULT 'now');
ALTER TABLE orders ADD COLUMN day date DEFAULT CURRENT_DATE;
