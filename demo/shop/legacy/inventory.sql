CREATE TABLE shop.warehouses (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    code        text NOT NULL,
    name        text NOT NULL,
    country     char(2) NOT NULL,
    closed_at   timestamptz,
    UNIQUE (tenant_id, code)
);

CREATE TABLE shop.stock_levels (
    warehouse_id  bigint NOT NULL REFERENCES shop.warehouses (id),
    variant_id    bigint NOT NULL REFERENCES shop.product_variants (id) ON DELETE CASCADE,
    on_hand       integer NOT NULL DEFAULT 0,
    reserved      integer NOT NULL DEFAULT 0,
    available     integer GENERATED ALWAYS AS (on_hand - reserved) STORED,
    PRIMARY KEY (warehouse_id, variant_id),
    CONSTRAINT reserved_is_on_hand CHECK (reserved BETWEEN 0 AND on_hand)
);
COMMENT ON COLUMN shop.stock_levels.available IS 'What can be sold now.';

CREATE INDEX stock_levels_variant_id_idx ON shop.stock_levels (variant_id);

CREATE TABLE shop.stock_movements (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    warehouse_id  bigint NOT NULL,
    variant_id    bigint NOT NULL,
    quantity      integer NOT NULL CHECK (quantity <> 0),
    reason        shop.movement_reason NOT NULL,
    order_id      bigint,
    moved_at      timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (warehouse_id, variant_id) REFERENCES shop.stock_levels (warehouse_id, variant_id)
);

CREATE INDEX stock_movements_moved_at_idx ON shop.stock_movements USING brin (moved_at);
CREATE INDEX stock_movements_order_id_idx ON shop.stock_movements (order_id) WHERE order_id IS NOT NULL;

CREATE FUNCTION shop.apply_movement() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO shop.stock_levels AS level (warehouse_id, variant_id, on_hand)
    VALUES (NEW.warehouse_id, NEW.variant_id, NEW.quantity)
    ON CONFLICT (warehouse_id, variant_id) DO UPDATE SET on_hand = level.on_hand + EXCLUDED.on_hand;
    RETURN NEW;
END;
$$;

CREATE TRIGGER apply_movement BEFORE INSERT ON shop.stock_movements
    FOR EACH ROW EXECUTE FUNCTION shop.apply_movement();

CREATE FUNCTION shop.reserve(wanted_variant bigint, wanted integer) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    chosen bigint;
BEGIN
    SELECT warehouse_id INTO chosen
    FROM shop.stock_levels
    WHERE variant_id = wanted_variant AND available >= wanted
    ORDER BY available DESC
    LIMIT 1
    FOR UPDATE;
    IF chosen IS NULL THEN
        RAISE EXCEPTION 'no warehouse has % of variant %', wanted, wanted_variant USING ERRCODE = 'check_violation';
    END IF;
    UPDATE shop.stock_levels SET reserved = reserved + wanted
    WHERE warehouse_id = chosen AND variant_id = wanted_variant;
    RETURN chosen;
END;
$$;
COMMENT ON FUNCTION shop.reserve(bigint, integer) IS 'Sets stock aside in the warehouse that has most of it, and names that warehouse.';
