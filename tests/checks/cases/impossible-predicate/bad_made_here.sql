CREATE TABLE payments (id bigint PRIMARY KEY, status text, sum numeric, CHECK (status IN ('pending', 'completed')));
CREATE VIEW revenue AS SELECT sum(p.sum) FILTER (WHERE p.status = 'succeeded') FROM payments p;
