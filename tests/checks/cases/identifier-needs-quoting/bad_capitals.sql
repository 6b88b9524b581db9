CREATE TABLE "Orders" ("customerId" bigint);
