CREATE TABLE goods (id bigint PRIMARY KEY, price numeric);
INSERT INTO goods VALUES (1, -1);

-- migration
ALTER TABLE goods ADD CONSTRAINT goods_price CHECK (price >= 0);
