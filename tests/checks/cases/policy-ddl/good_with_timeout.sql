SET lock_timeout = '1s';
ALTER POLICY own ON orders USING (customer = 2);
