CREATE TABLE orders (id bigint);
-- migration
CREATE ROLE nobody_of_this_name;
GRANT SELECT ON orders TO nobody_of_this_name;
