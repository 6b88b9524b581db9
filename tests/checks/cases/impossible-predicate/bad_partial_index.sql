CREATE TABLE payments (id bigint PRIMARY KEY, pieces integer CHECK (pieces > 0));

-- migration
CREATE INDEX unpaid ON payments (id) WHERE pieces = 0;
