CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE lines (order_id bigint CONSTRAINT old REFERENCES orders);

-- migration
ALTER TABLE lines DROP CONSTRAINT old, ADD CONSTRAINT new FOREIGN KEY (order_id) REFERENCES orders ON DELETE SET NULL;
