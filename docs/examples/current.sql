CREATE TABLE customer (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email  text NOT NULL
);

CREATE TABLE invoice (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id  bigint NOT NULL,
    total        numeric(8, 2) NOT NULL,
    remark       text
);

CREATE INDEX invoice_customer_id_idx ON invoice (customer_id);
