ALTER TABLE orders ALTER COLUMN parts TYPE pg_catalog.int2[];
