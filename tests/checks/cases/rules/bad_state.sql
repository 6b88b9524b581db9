-- state
CREATE TABLE orders (id bigint);
CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;
