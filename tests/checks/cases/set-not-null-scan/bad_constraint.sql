ALTER TABLE orders ADD CONSTRAINT total_there NOT NULL total;
