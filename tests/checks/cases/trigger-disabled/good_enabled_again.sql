ALTER TABLE orders DISABLE TRIGGER touched;
UPDATE orders SET state = 'new' WHERE state IS NULL;
ALTER TABLE orders ENABLE TRIGGER touched;
