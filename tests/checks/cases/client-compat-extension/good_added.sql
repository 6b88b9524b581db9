ALTER EXTENSION hstore ADD FUNCTION shop.total(bigint);
