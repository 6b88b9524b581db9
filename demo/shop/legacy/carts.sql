CREATE TABLE shop.carts (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    client_id   bigint REFERENCES shop.clients (id) ON DELETE CASCADE,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.cart_items (
    cart_id     uuid NOT NULL REFERENCES shop.carts (id) ON DELETE CASCADE,
    variant_id  bigint NOT NULL REFERENCES shop.product_variants (id) ON DELETE CASCADE,
    quantity    integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (cart_id, variant_id)
);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.carts
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();
