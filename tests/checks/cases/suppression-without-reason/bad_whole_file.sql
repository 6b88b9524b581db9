/* seachange: allow-file drop-table because */
DROP TABLE orders;
DROP TABLE items;
