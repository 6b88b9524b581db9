CREATE TABLE shop.plans (
    code           text PRIMARY KEY,
    name           text NOT NULL,
    monthly_price  shop.amount NOT NULL,
    max_products   integer,
    retired_at     timestamptz
);

CREATE TABLE shop.tenants (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug        text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{2,40}$'),
    name        text NOT NULL,
    plan_code   text NOT NULL REFERENCES shop.plans (code),
    currency    shop.currency NOT NULL DEFAULT 'EUR',
    timezone    text NOT NULL DEFAULT 'UTC',
    created_at  timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz
);
COMMENT ON TABLE shop.tenants IS 'A shop and the company behind it.';

CREATE TABLE shop.tenant_settings (
    tenant_id   uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    key         text NOT NULL,
    value       jsonb NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.tenant_settings
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();
