CREATE TABLE shop.webhooks (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    url        text NOT NULL CHECK (url LIKE 'https://%'),
    topics     text[] NOT NULL,
    paused_at  timestamptz
);

CREATE TABLE shop.webhook_deliveries (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id    bigint NOT NULL REFERENCES shop.webhooks (id) ON DELETE CASCADE,
    topic         text NOT NULL,
    payload       jsonb NOT NULL,
    attempts      smallint NOT NULL DEFAULT 0,
    next_try_at   timestamptz DEFAULT now(),
    delivered_at  timestamptz
);

CREATE INDEX webhook_deliveries_due_idx ON shop.webhook_deliveries (next_try_at) WHERE delivered_at IS NULL;
