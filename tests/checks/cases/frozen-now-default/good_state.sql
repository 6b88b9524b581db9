-- state
CREATE TABLE orders (id bigint, at timestamptz DEFAULT now(), since timestamptz DEFAULT '1970-01-01');
