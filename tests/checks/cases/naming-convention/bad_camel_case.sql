CREATE TABLE orders (customerid bigint, "deliveredAt" timestamptz);
