CREATE TABLE shop.orders (id integer PRIMARY KEY, total numeric);
