CREATE TABLE payments (id bigint PRIMARY KEY, status varchar(20) CHECK (status IN ('pending', 'completed')), sum numeric);

-- migration
CREATE VIEW revenue AS SELECT sum(sum) FROM payments WHERE status = 'succeeded';
