CREATE SCHEMA shop;
CREATE TABLE shop.t (id bigint);
-- migration
DROP SCHEMA shop;
