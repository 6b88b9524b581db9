CREATE POLICY own ON orders USING (customer = 1);
