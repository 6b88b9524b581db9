SET transaction_timeout = '5s';
CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);
