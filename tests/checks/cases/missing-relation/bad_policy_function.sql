CREATE TABLE orders (id bigint PRIMARY KEY, owner uuid);
-- migration
CREATE POLICY own ON orders USING (owner = auth.uid());
