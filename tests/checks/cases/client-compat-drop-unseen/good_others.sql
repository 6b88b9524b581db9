DROP VIEW open_orders;
CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);
