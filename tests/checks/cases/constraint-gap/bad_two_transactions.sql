ALTER TABLE goods DROP CONSTRAINT goods_price;
ALTER TABLE goods ADD CONSTRAINT goods_price CHECK (price > 0);
