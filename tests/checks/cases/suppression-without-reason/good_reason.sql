-- seachange: allow drop-table because nothing has read it since May
DROP TABLE orders;
