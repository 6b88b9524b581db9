ALTER TABLE orders ADD COLUMN "größe in metern über dem meeresspiegel an der südküste von rügen" bigint;
