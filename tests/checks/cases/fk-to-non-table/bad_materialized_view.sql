CREATE TABLE t (id bigint);
CREATE MATERIALIZED VIEW products AS SELECT 1::bigint AS id;
-- migration
ALTER TABLE t ADD CONSTRAINT t_product FOREIGN KEY (id) REFERENCES products (id);
