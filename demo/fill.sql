-- Rows for the shop as it is today: what some years of twenty tenants leave.  Triggers do not fire for them.
-- seachange: allow-file matview-refresh-blocking because nobody uses the shop before it is filled

SET session_replication_role = replica;
SELECT setseed(0.42);

INSERT INTO shop.plans (code, name, monthly_price, max_products) VALUES
    ('small', 'Small', 19, 100), ('large', 'Large', 99, 10000);
INSERT INTO shop.tenants (id, slug, name, plan_code)
    SELECT md5('tenant ' || n)::uuid, 'tenant-' || n, 'Tenant ' || n, CASE WHEN n % 4 = 0 THEN 'large' ELSE 'small' END
    FROM generate_series(1, 20) AS n;
INSERT INTO shop.tenant_settings (tenant_id, key, value)
    SELECT id, key, '"on"' FROM shop.tenants, unnest(ARRAY['mail', 'stock_alerts', 'invoices']) AS key;

INSERT INTO shop.users (email, display_name)
    SELECT 'user' || n || '@example.com', 'User ' || n FROM generate_series(1, 200) AS n;
INSERT INTO shop.memberships (tenant_id, user_id, role)
    SELECT md5('tenant ' || n % 20 + 1)::uuid, n, CASE WHEN n <= 20 THEN 'owner' ELSE 'staff' END::shop.member_role
    FROM generate_series(1, 200) AS n;
INSERT INTO shop.sessions (token, user_id)
    SELECT md5('session ' || n), n % 200 + 1 FROM generate_series(1, 500) AS n;

INSERT INTO shop.categories (tenant_id, slug, name)
    SELECT md5('tenant ' || n % 20 + 1)::uuid, 'category-' || n, 'Category ' || n FROM generate_series(1, 100) AS n;
INSERT INTO shop.products (tenant_id, slug, title, description, attributes, published_at)
    SELECT md5('tenant ' || n % 20 + 1)::uuid, 'product-' || n, 'Product ' || n, repeat('well made ', n % 10),
           jsonb_build_object('colour', n % 7), CASE WHEN n % 5 > 0 THEN now() - n * interval '1 hour' END
    FROM generate_series(1, 2000) AS n;
INSERT INTO shop.product_categories SELECT n, n % 100 + 1 FROM generate_series(1, 2000) AS n;
INSERT INTO shop.product_variants (product_id, sku, weight_grams)
    SELECT n % 2000 + 1, 'sku-' || n, n % 900 + 1 FROM generate_series(1, 4000) AS n;
INSERT INTO shop.prices (variant_id, currency, amount)
    SELECT n, 'EUR', 1 + n % 300 FROM generate_series(1, 4000) AS n;

INSERT INTO shop.warehouses (tenant_id, code, name, country)
    SELECT md5('tenant ' || n)::uuid, 'W' || n, 'Warehouse ' || n, 'DE' FROM generate_series(1, 20) AS n;
INSERT INTO shop.stock_levels (warehouse_id, variant_id, on_hand)
    SELECT n % 20 + 1, n, 1000000 FROM generate_series(1, 4000) AS n;

INSERT INTO shop.clients (tenant_id, email, given_name, family_name)
    SELECT md5('tenant ' || n % 20 + 1)::uuid, 'client' || n || '@example.com', 'Given ' || n % 500, 'Family ' || n % 900
    FROM generate_series(1, 10000) AS n;
INSERT INTO shop.addresses (client_id, line_1, postal_code, city, country, is_default)
    SELECT n, n || ' Main Street', lpad(n::text, 5, '0'), 'Town', 'DE', true FROM generate_series(1, 10000) AS n;
INSERT INTO shop.carts (id, tenant_id, client_id)
    SELECT md5('cart ' || n)::uuid, md5('tenant ' || n % 20 + 1)::uuid, n FROM generate_series(1, 2000) AS n;
INSERT INTO shop.cart_items (cart_id, variant_id)
    SELECT md5('cart ' || n)::uuid, n FROM generate_series(1, 2000) AS n;

INSERT INTO shop.orders (tenant_id, client_id, status, currency, total, remark, placed_at)
    SELECT md5('tenant ' || n % 20 + 1)::uuid, n % 10000 + 1,
           (ARRAY['placed', 'paid', 'shipped', 'delivered', 'cancelled'])[n % 5 + 1]::shop.order_status, 'EUR',
           2 * (1 + n % 300), CASE WHEN n % 9 = 0 THEN 'ring twice' END, now() - n * interval '5 minutes'
    FROM generate_series(1, 30000) AS n;
INSERT INTO shop.order_items (order_id, position, variant_id, quantity, unit_price)
    SELECT n, 1, n % 4000 + 1, 2, 1 + n % 300 FROM generate_series(1, 30000) AS n;
INSERT INTO shop.payments (id, tenant_id, order_id, status, provider, provider_ref, amount, currency)
    SELECT md5('payment ' || n)::uuid, md5('tenant ' || n % 20 + 1)::uuid, n, 'captured', 'stripe', 'ref-' || n,
           2 * (1 + n % 300), 'EUR'
    FROM generate_series(1, 20000) AS n;
INSERT INTO shop.payment_events (payment_id, kind, payload)
    SELECT md5('payment ' || n)::uuid, 'captured', json_build_object('ref', 'ref-' || n, 'try', n % 3)
    FROM generate_series(1, 20000) AS n;
INSERT INTO shop.shipments (order_id, warehouse_id, carrier, tracking_code, shipped_at)
    SELECT n, n % 20 + 1, 'post', 'track-' || n, now() FROM generate_series(1, 6000) AS n;
INSERT INTO audit.events (happened_at, tenant_id, relation, operation)
    SELECT '2026-01-10 00:00+00'::timestamptz + n * interval '2 minutes', md5('tenant ' || n % 20 + 1)::uuid, 'shop.orders', 'insert'
    FROM generate_series(1, 20000) AS n;

RESET session_replication_role;
REFRESH MATERIALIZED VIEW reporting.daily_sales;
ANALYZE;
