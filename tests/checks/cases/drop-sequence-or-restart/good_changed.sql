ALTER SEQUENCE order_numbers OWNED BY orders.id;
