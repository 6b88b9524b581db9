BEGIN;
CREATE TABLE orders (total numeric);
SAVEPOINT before;
CREATE TABLE others (total numeric);
ROLLBACK TO before;
ALTER TABLE orders ADD CHECK (total > 0);
COMMIT;
