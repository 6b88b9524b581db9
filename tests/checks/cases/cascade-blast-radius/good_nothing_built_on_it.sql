CREATE TABLE orders (id bigserial PRIMARY KEY, total numeric CHECK (total > 0));
CREATE INDEX ON orders (total);

-- migration
DROP TABLE orders CASCADE;
DROP VIEW IF EXISTS totals CASCADE;
