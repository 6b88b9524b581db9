CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'Read by the dashboards; holds no rows of its own.';

CREATE VIEW reporting.open_orders WITH (security_invoker = true) AS
    SELECT o.tenant_id, o.number, o.status, o.total, o.currency, o.placed_at, c.email AS client_email
    FROM shop.orders o
    JOIN shop.clients c ON c.id = o.client_id
    WHERE o.status IN ('placed', 'paid');

CREATE VIEW reporting.stock WITH (security_invoker = true, security_barrier = true) AS
    SELECT w.tenant_id, w.code AS warehouse, v.sku, s.on_hand, s.reserved, s.available
    FROM shop.stock_levels s
    JOIN shop.warehouses w ON w.id = s.warehouse_id
    JOIN shop.product_variants v ON v.id = s.variant_id;

CREATE MATERIALIZED VIEW reporting.daily_sales AS
    SELECT o.tenant_id,
           (o.placed_at AT TIME ZONE 'UTC')::date AS day,
           o.currency,
           count(*) AS orders,
           sum(o.total) AS revenue
    FROM shop.orders o
    WHERE o.status NOT IN ('draft', 'cancelled')
    GROUP BY o.tenant_id, day, o.currency;

CREATE UNIQUE INDEX daily_sales_key ON reporting.daily_sales (tenant_id, day, currency);
COMMENT ON MATERIALIZED VIEW reporting.daily_sales IS 'Refreshed concurrently every night.';

CREATE VIEW reporting.abandoned_carts WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.id, c.updated_at, count(i.*) AS items
    FROM shop.carts c
    JOIN shop.cart_items i ON i.cart_id = c.id
    WHERE c.updated_at < now() - interval '2 days'
    GROUP BY c.id;
