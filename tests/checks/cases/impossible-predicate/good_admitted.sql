CREATE TABLE payments (id bigint PRIMARY KEY, status varchar(20) CHECK (status IN ('pending', 'completed')), sum numeric,
  pieces integer CHECK (pieces > 0), note text);

-- migration
CREATE VIEW revenue AS SELECT sum(sum) FROM payments WHERE status = 'completed' OR NOT (status = 'lost');
CREATE INDEX some ON payments (id) WHERE pieces BETWEEN 0 AND 5 AND pieces >= 0 AND note = 'succeeded';
