BEGIN;
SET LOCAL lock_timeout = '1s';
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
RESET lock_timeout;
CREATE POLICY own ON orders USING (customer = 1);
COMMIT;
