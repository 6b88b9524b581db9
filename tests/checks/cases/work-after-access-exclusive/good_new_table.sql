BEGIN;
CREATE TABLE totals (id bigint);
ALTER TABLE totals ADD COLUMN total numeric;
INSERT INTO totals SELECT id, total FROM orders;
COMMIT;
