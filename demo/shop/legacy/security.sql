-- A tenant sees its own rows.  The application connects as a member of shop_app and names the tenant.

ALTER TABLE shop.clients ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.products ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON shop.clients TO shop_app
    USING (tenant_id = shop.current_tenant_id());
CREATE POLICY own_tenant ON shop.memberships TO shop_app
    USING (tenant_id = shop.current_tenant_id());
CREATE POLICY own_tenant ON shop.orders TO shop_app
    USING (tenant_id = shop.current_tenant_id());
CREATE POLICY own_tenant ON shop.payments TO shop_app
    USING (tenant_id = shop.current_tenant_id());
CREATE POLICY own_tenant ON shop.products TO shop_app
    USING (tenant_id = shop.current_tenant_id());

CREATE POLICY published ON shop.products FOR SELECT
    USING (published_at IS NOT NULL);
CREATE POLICY support_reads ON shop.orders FOR SELECT TO shop_support
    USING (status <> 'draft');
