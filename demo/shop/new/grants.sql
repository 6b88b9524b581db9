-- Every table is named, so that what a new one may be used for is decided when it is added.

GRANT USAGE ON SCHEMA shop TO shop_app, shop_support;
GRANT SELECT ON shop.plans, shop.tenants TO shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    shop.tenant_settings, shop.users, shop.memberships, shop.sessions, shop.api_keys,
    shop.categories, shop.products, shop.product_categories, shop.product_variants, shop.product_images, shop.prices,
    shop.warehouses, shop.stock_levels,
    shop.customers, shop.addresses, shop.orders, shop.order_items, shop.shipments,
    shop.webhooks, shop.webhook_deliveries
    TO shop_app;
GRANT SELECT, INSERT ON shop.stock_movements, shop.payment_events, shop.refunds TO shop_app;
GRANT SELECT, INSERT, UPDATE ON shop.payments TO shop_app;
GRANT USAGE ON SEQUENCE shop.order_number TO shop_app;

GRANT SELECT ON shop.customers, shop.orders, shop.order_items, shop.shipments TO shop_support;
GRANT SELECT (id, email, display_name, last_seen_at) ON shop.users TO shop_support;

GRANT USAGE ON SCHEMA reporting TO shop_reporting;
GRANT SELECT ON reporting.open_orders, reporting.stock, reporting.daily_sales, reporting.monthly_sales TO shop_reporting;

REVOKE EXECUTE ON FUNCTION audit.record_change() FROM PUBLIC;
