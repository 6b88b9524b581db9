ALTER FUNCTION shop.total(bigint) RENAME TO sum_of;
