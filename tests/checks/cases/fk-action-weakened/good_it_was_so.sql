CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE lines (order_id bigint CONSTRAINT lines_order_fkey REFERENCES orders ON DELETE CASCADE);

-- migration
ALTER TABLE lines DROP CONSTRAINT lines_order_fkey;
ALTER TABLE lines ADD CONSTRAINT lines_order_fkey FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE;
