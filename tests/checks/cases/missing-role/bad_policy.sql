CREATE TABLE orders (id bigint);
-- migration
CREATE POLICY own ON orders TO nobody_of_this_name USING (true);
