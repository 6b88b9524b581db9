CREATE TABLE invoice_archive (LIKE invoice INCLUDING ALL);
INSERT INTO invoice_archive SELECT * FROM invoice WHERE remark = 'paid';

-- seachange: allow drop-table because its rows were imported from invoice
DROP TABLE invoice_import;
DROP TABLE invoice_draft, customer_draft;
