ALTER TABLE orders ADD COLUMN scratch int;
CREATE TABLE parcels (id bigint, note text);
ALTER TABLE parcels DROP COLUMN note;
