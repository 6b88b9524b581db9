BEGIN;
CREATE TABLE orders (id bigint);
LOCK TABLE orders;
COMMIT;
