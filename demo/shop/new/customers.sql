CREATE TABLE shop.customers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    email        shop.email NOT NULL,
    given_name   text NOT NULL,
    family_name  text NOT NULL,
    phone        text,
    marketing    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, email)
);
COMMENT ON TABLE shop.customers IS 'People who buy; not to be confused with users, who sell.';

CREATE INDEX customers_name_idx ON shop.customers (tenant_id, lower(family_name), lower(given_name));

CREATE TABLE shop.addresses (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id  bigint NOT NULL REFERENCES shop.customers (id) ON DELETE CASCADE,
    label        text NOT NULL DEFAULT 'home',
    line_1       text NOT NULL,
    line_2       text,
    postal_code  text NOT NULL,
    city         text NOT NULL,
    country      char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    is_default   boolean NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX addresses_one_default_idx ON shop.addresses (customer_id) WHERE is_default;

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.customers
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();
