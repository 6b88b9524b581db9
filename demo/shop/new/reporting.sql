CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'Read by the dashboards; holds no rows of its own.';

CREATE VIEW reporting.open_orders AS
    SELECT o.tenant_id, o.number, o.status, o.total, o.currency, o.placed_at, c.email AS customer_email
    FROM shop.orders o
    JOIN shop.customers c ON c.id = o.customer_id
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
    WHERE o.status NOT IN ('draft', 'returned', 'cancelled')
    GROUP BY o.tenant_id, day, o.currency;

CREATE UNIQUE INDEX daily_sales_key ON reporting.daily_sales (tenant_id, day, currency);
COMMENT ON MATERIALIZED VIEW reporting.daily_sales IS 'Refreshed concurrently every night.';

CREATE VIEW reporting.monthly_sales WITH (security_invoker = true) AS
    SELECT tenant_id, date_trunc('month', day)::date AS month, currency, sum(orders) AS orders, sum(revenue) AS revenue
    FROM reporting.daily_sales
    GROUP BY tenant_id, month, currency;
