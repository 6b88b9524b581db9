-- squawk-ignore ban-drop-table
SELECT count(*) FROM orders;
