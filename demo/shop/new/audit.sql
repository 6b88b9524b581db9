-- Who changed what.  Written by triggers only; kept by month, so that old months are detached instead of deleted.

CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'What happened to rows, for support and for the law.';

CREATE TABLE audit.events (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    happened_at timestamptz NOT NULL DEFAULT now(),
    tenant_id   uuid,
    actor_id    bigint,
    relation    text NOT NULL,
    operation   text NOT NULL CHECK (operation IN ('insert', 'update', 'delete')),
    row_before  jsonb,
    row_after   jsonb,
    request_id  uuid,
    PRIMARY KEY (id, happened_at)
) PARTITION BY RANGE (happened_at);

CREATE TABLE audit.events_2026_01 PARTITION OF audit.events FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
CREATE TABLE audit.events_2026_02 PARTITION OF audit.events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
CREATE TABLE audit.events_2026_03 PARTITION OF audit.events FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');
CREATE TABLE audit.events_default PARTITION OF audit.events DEFAULT;

CREATE INDEX events_happened_at_idx ON audit.events USING brin (happened_at);
CREATE INDEX events_tenant_id_idx ON audit.events (tenant_id, happened_at DESC);
CREATE INDEX events_row_after_idx ON audit.events USING gin (row_after jsonb_path_ops);

CREATE FUNCTION audit.record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after  jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    INSERT INTO audit.events (tenant_id, actor_id, relation, operation, row_before, row_after, request_id)
    VALUES (
        (coalesce(after, before) ->> 'tenant_id')::uuid,
        shop.current_user_id(),
        TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
        lower(TG_OP),
        before,
        after,
        nullif(current_setting('shop.request_id', true), '')::uuid
    );
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION audit.record_change() IS 'Row trigger: one event for each row that changes.';

CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON shop.payments
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON shop.products
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON shop.memberships
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
