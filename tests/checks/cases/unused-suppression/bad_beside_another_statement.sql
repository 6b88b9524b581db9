-- seachange: allow drop-table because nothing has read it since May
SELECT count(*) FROM orders;
DROP TABLE orders;
