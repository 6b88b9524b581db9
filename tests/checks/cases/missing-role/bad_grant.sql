CREATE TABLE orders (id bigint);
-- migration
GRANT SELECT ON orders TO nobody_of_this_name;
