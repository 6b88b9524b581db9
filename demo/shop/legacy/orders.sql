CREATE SEQUENCE shop.order_number AS bigint START WITH 100000;

CREATE TABLE shop.orders (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES shop.tenants (id),
    client_id    bigint NOT NULL REFERENCES shop.clients (id),
    number       bigint NOT NULL DEFAULT nextval('shop.order_number'),
    status       shop.order_status NOT NULL DEFAULT 'draft',
    currency     shop.currency NOT NULL,
    total        shop.amount NOT NULL DEFAULT 0,
    remark       text,
    placed_at    timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, number),
    CONSTRAINT placed_orders_say_when CHECK (status = 'draft' OR placed_at IS NOT NULL)
);
COMMENT ON COLUMN shop.orders.total IS 'The sum of the items; kept by shop.sum_order().';

CREATE INDEX orders_client_id_idx ON shop.orders (client_id);
CREATE INDEX orders_open_idx ON shop.orders (tenant_id, placed_at) WHERE status IN ('placed', 'paid');

CREATE TABLE shop.order_items (
    order_id     bigint NOT NULL REFERENCES shop.orders (id) ON DELETE CASCADE,
    position     smallint NOT NULL,
    variant_id   bigint NOT NULL REFERENCES shop.product_variants (id),
    quantity     integer NOT NULL CHECK (quantity > 0),
    unit_price   shop.amount NOT NULL,
    total        numeric(16, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    PRIMARY KEY (order_id, position)
);

CREATE INDEX order_items_variant_id_idx ON shop.order_items (variant_id);

CREATE TABLE shop.shipments (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id      bigint NOT NULL REFERENCES shop.orders (id),
    warehouse_id  bigint NOT NULL REFERENCES shop.warehouses (id),
    carrier       text NOT NULL,
    tracking_code text,
    shipped_at    timestamptz,
    delivered_at  timestamptz,
    CHECK (delivered_at > shipped_at)
);

CREATE INDEX shipments_tracking_idx ON shop.shipments (carrier, tracking_code);

CREATE FUNCTION shop.sum_order() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE shop.orders
    SET total = (SELECT coalesce(sum(i.total), 0) FROM shop.order_items i WHERE i.order_id = orders.id)
    WHERE id IN (OLD.order_id, NEW.order_id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER sum_order AFTER INSERT OR UPDATE OF quantity, unit_price OR DELETE ON shop.order_items
    FOR EACH ROW EXECUTE FUNCTION shop.sum_order();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();

CREATE FUNCTION shop.cancel_order(cancelled bigint, reason text) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE shop.orders SET status = 'cancelled', remark = reason
    WHERE id = cancelled AND status IN ('draft', 'placed');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % cannot be cancelled any more', cancelled;
    END IF;
END;
$$;
