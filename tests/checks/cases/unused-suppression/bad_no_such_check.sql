-- seachange: allow drop-tables because nothing has read it since May
DROP TABLE orders;
