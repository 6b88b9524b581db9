SET lock_timeout = '2s';
BEGIN;
CREATE TABLE orders (id bigint);
DROP TABLE old_orders;
COMMIT;
