ALTER TABLE orders RENAME CONSTRAINT orders_check TO orders_total;
ALTER POLICY tenants ON orders RENAME TO own_tenant;
ALTER TABLE orders OWNER TO shop;
