-- state
CREATE TABLE goods (id bigint PRIMARY KEY, price numeric);
ALTER TABLE goods ADD CONSTRAINT goods_price CHECK (price >= 0) NOT VALID;
