DROP POLICY tenants ON orders;
