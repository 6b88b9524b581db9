CREATE TABLE offers (id bigint, until timestamptz);
-- migration
CREATE INDEX offers_day ON offers (date_trunc('day', until));
