CREATE TABLE goods (id bigint PRIMARY KEY, price numeric);
INSERT INTO goods VALUES (1, -1);
ALTER TABLE goods ADD CONSTRAINT goods_price CHECK (price >= 0) NOT VALID;

-- migration
ALTER TABLE goods VALIDATE CONSTRAINT goods_price;
