CREATE TABLE orders (remark varchar(100));
-- migration
ALTER TABLE orders RENAME COLUMN remark TO note;
ALTER TABLE orders ALTER COLUMN note TYPE varchar(200);
