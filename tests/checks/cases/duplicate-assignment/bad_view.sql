CREATE VIEW totals AS SELECT sum(price), sum(pieces) FROM goods;
