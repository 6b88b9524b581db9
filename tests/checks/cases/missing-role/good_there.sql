CREATE TABLE orders (id bigint);
-- migration
GRANT SELECT ON orders TO pg_monitor, PUBLIC;
ALTER TABLE orders OWNER TO CURRENT_USER;
