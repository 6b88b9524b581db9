CREATE TABLE "orders" ("customer_id" bigint, name text);
