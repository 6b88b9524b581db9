-- seachange: allow drop-table
DROP TABLE orders;
