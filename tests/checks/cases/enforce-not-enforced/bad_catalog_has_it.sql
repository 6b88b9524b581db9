CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (customer bigint CONSTRAINT customer REFERENCES customers ON DELETE CASCADE NOT ENFORCED);
-- migration
ALTER TABLE orders ALTER CONSTRAINT customer ENFORCED;
