ALTER TABLE orders ADD COLUMN pieces int;
ALTER TABLE orders ADD CONSTRAINT orders_pieces_check CHECK (pieces > 0) NOT VALID;
