CREATE TABLE shop.clients (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    email        shop.email NOT NULL,
    given_name   text NOT NULL,
    family_name  text NOT NULL,
    phone        text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, email)
);
COMMENT ON TABLE shop.clients IS 'People who buy.';

CREATE INDEX clients_name_idx ON shop.clients (tenant_id, lower(family_name), lower(given_name));

CREATE TABLE shop.addresses (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES shop.clients (id) ON DELETE CASCADE,
    label        text NOT NULL DEFAULT 'home',
    line_1       text NOT NULL,
    line_2       text,
    postal_code  text NOT NULL,
    city         text NOT NULL,
    country      char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    is_default   boolean NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX addresses_one_default_idx ON shop.addresses (client_id) WHERE is_default;

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.clients
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();
