CREATE TABLE customer (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email  text NOT NULL UNIQUE
);

CREATE TABLE invoice (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id  bigint NOT NULL REFERENCES customer,
    total        numeric(12, 2) NOT NULL,
    note         text
);

CREATE INDEX invoice_customer_id_idx ON invoice (customer_id);
CREATE VIEW unpaid AS SELECT id, total FROM invoice WHERE note IS NULL;
