BEGIN;
CREATE TABLE orders (total numeric);
ROLLBACK;
ALTER TABLE orders ADD CHECK (total > 0);
