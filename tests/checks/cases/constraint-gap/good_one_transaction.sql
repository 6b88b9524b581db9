BEGIN;
ALTER TABLE goods DROP CONSTRAINT goods_price;
ALTER TABLE goods ADD CONSTRAINT goods_price CHECK (price > 0);
COMMIT;
ALTER TABLE goods DROP CONSTRAINT goods_name, ADD CONSTRAINT goods_name CHECK (name <> '');
