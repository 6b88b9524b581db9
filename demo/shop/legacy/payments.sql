CREATE TABLE shop.payments (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     uuid NOT NULL REFERENCES shop.tenants (id),
    order_id      bigint NOT NULL REFERENCES shop.orders (id),
    status        shop.payment_status NOT NULL DEFAULT 'pending',
    provider      text NOT NULL CHECK (provider IN ('stripe', 'paypal', 'invoice')),
    provider_ref  text,
    amount        numeric(10, 2) NOT NULL CHECK (amount > 0),
    currency      shop.currency NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    captured_at   timestamptz
);
COMMENT ON COLUMN shop.payments.provider_ref IS 'The provider''s own number, for reconciliation.';

CREATE INDEX payments_order_id_idx ON shop.payments (order_id);
CREATE INDEX payments_provider_ref_idx ON shop.payments (provider, provider_ref);

CREATE TABLE shop.refunds (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id  uuid NOT NULL REFERENCES shop.payments (id),
    amount      numeric(14, 2) NOT NULL CHECK (amount > 0),
    reason      text NOT NULL,
    created_by  bigint REFERENCES shop.users (id) ON DELETE SET NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX refunds_payment_id_idx ON shop.refunds (payment_id);

CREATE TABLE shop.payment_events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id   uuid NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    kind         text NOT NULL,
    payload      json NOT NULL
);
