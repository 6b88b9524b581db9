CREATE TABLE order_items (order_id bigint, position_2 integer, CHECK (position_2 > 0));
