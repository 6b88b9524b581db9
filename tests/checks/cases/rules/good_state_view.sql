-- state
CREATE TABLE orders (id bigint);
CREATE VIEW open_orders AS SELECT * FROM orders;
CREATE RULE change AS ON UPDATE TO open_orders DO INSTEAD UPDATE orders SET id = NEW.id;
