CREATE TABLE payments (id bigint PRIMARY KEY, status text);
ALTER TABLE payments ADD CONSTRAINT known CHECK (status IN ('pending', 'completed')) NOT VALID;

-- migration
UPDATE payments SET status = 'completed' WHERE status = 'succeeded';
