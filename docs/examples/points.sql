-- up
CREATE TABLE IF NOT EXISTS reward (
    id          uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    name        text NOT NULL,
    points      integer NOT NULL,
    valid_until timestamptz,
    CONSTRAINT reward_points_positive CHECK (points > 0)
);

CREATE TABLE reward_claim (
    id           uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    tenant_id    uuid NOT NULL REFERENCES tenant (id),
    customer_id  bigint NOT NULL REFERENCES customer (id),
    product_id   bigint NOT NULL REFERENCES products (id),
    reward_id    uuid NOT NULL REFERENCES reward (id),
    claimed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reward_open_idx ON reward (valid_until) WHERE valid_until > now();

ALTER TABLE reward_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_claims ON reward_claim
    USING (tenant_id = current_setting('app.tenant_id', true)::uuid);

-- down
DROP TABLE reward_claim;
DROP TABLE reward;
