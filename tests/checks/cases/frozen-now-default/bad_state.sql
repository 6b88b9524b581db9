-- state
CREATE TABLE orders (id bigint, at timestamptz DEFAULT 'now');
