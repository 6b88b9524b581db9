ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * pieces * 2);
