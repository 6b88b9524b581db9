-- seachange: allow-file drop-table because nothing has read them since May

SELECT count(*) FROM orders;
DROP TABLE orders;
