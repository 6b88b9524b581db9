ALTER EXTENSION hstore DROP FUNCTION shop.total(bigint);
