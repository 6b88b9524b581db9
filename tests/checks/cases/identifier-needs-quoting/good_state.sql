-- state
CREATE TABLE orders (id bigint, name text, value text);
