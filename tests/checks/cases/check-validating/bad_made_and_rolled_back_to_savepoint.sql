BEGIN;
SAVEPOINT before;
CREATE TABLE orders (total numeric);
ROLLBACK TO before;
ALTER TABLE orders ADD CHECK (total > 0);
COMMIT;
