SET lock_timeout = '1s';
CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);
