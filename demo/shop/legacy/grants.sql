GRANT USAGE ON SCHEMA shop TO shop_app, shop_support;
GRANT SELECT ON shop.plans, shop.tenants TO shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    shop.tenant_settings, shop.users, shop.memberships, shop.sessions,
    shop.categories, shop.products, shop.product_categories, shop.product_variants, shop.product_images, shop.prices,
    shop.warehouses, shop.stock_levels, shop.stock_movements,
    shop.clients, shop.addresses, shop.carts, shop.cart_items, shop.orders, shop.order_items, shop.shipments,
    shop.refunds
    TO shop_app;
GRANT SELECT, INSERT ON shop.payment_events TO shop_app;
GRANT SELECT, INSERT, UPDATE ON shop.payments TO shop_app;
GRANT USAGE ON SEQUENCE shop.order_number TO shop_app;

GRANT SELECT ON shop.clients, shop.orders, shop.order_items, shop.shipments TO shop_support;
GRANT SELECT ON shop.users TO shop_support;

GRANT USAGE ON SCHEMA reporting TO shop_reporting;
GRANT SELECT ON reporting.open_orders, reporting.stock, reporting.daily_sales, reporting.abandoned_carts TO shop_reporting;
