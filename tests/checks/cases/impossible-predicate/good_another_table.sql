CREATE TABLE payments (id bigint PRIMARY KEY, status text CHECK (status IN ('pending', 'completed')));
CREATE TABLE orders (id bigint PRIMARY KEY, status text);

-- migration
SELECT * FROM payments p JOIN orders o USING (id) WHERE o.status = 'shipped';
SELECT * FROM payments p, (SELECT 'shipped' AS status) o WHERE o.status = 'shipped' OR status = 'shipped';
