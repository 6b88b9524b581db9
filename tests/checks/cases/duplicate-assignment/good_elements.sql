UPDATE goods SET sizes[1] = 1, sizes[2] = 2;
CREATE VIEW totals AS SELECT sum(price) AS price, sum(pieces) FROM goods;
CREATE TABLE more (id bigint, price numeric);
