CREATE TABLE orders AS SELECT 1 AS id, 'x' AS state;
UPDATE orders SET state = 'new';
