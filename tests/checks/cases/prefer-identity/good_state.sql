-- state
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT now());
