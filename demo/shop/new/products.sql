CREATE TABLE shop.categories (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    parent_id  bigint REFERENCES shop.categories (id),
    slug       text NOT NULL,
    name       text NOT NULL,
    UNIQUE (tenant_id, slug),
    CHECK (parent_id <> id)
);

CREATE TABLE shop.products (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    slug         text NOT NULL,
    title        text NOT NULL,
    description  text NOT NULL DEFAULT '',
    attributes   jsonb NOT NULL DEFAULT '{}',
    published_at timestamptz,
    search       tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', description), 'B')
    ) STORED,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, slug)
);

CREATE INDEX products_search_idx ON shop.products USING gin (search);
CREATE INDEX products_attributes_idx ON shop.products USING gin (attributes jsonb_path_ops);
CREATE INDEX products_published_idx ON shop.products (tenant_id, published_at DESC) WHERE published_at IS NOT NULL;

CREATE TABLE shop.product_categories (
    product_id   bigint NOT NULL REFERENCES shop.products (id) ON DELETE CASCADE,
    category_id  bigint NOT NULL REFERENCES shop.categories (id) ON DELETE CASCADE,
    PRIMARY KEY (product_id, category_id)
);

CREATE INDEX product_categories_category_id_idx ON shop.product_categories (category_id);

CREATE TABLE shop.product_variants (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id    bigint NOT NULL REFERENCES shop.products (id) ON DELETE CASCADE,
    sku           text NOT NULL,
    barcode       text,
    options       jsonb NOT NULL DEFAULT '{}',
    weight_grams  integer CHECK (weight_grams > 0)
);

CREATE UNIQUE INDEX product_variants_sku_idx ON shop.product_variants (product_id, sku);
CREATE INDEX product_variants_barcode_idx ON shop.product_variants USING hash (barcode);

CREATE TABLE shop.product_images (
    product_id  bigint NOT NULL REFERENCES shop.products (id) ON DELETE CASCADE,
    position    smallint NOT NULL,
    url         text NOT NULL,
    alt_text    text NOT NULL DEFAULT '',
    PRIMARY KEY (product_id, position)
);

CREATE TABLE shop.prices (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id    bigint NOT NULL REFERENCES shop.product_variants (id) ON DELETE CASCADE,
    currency      shop.currency NOT NULL,
    amount        shop.amount NOT NULL,
    valid_during  tstzrange NOT NULL DEFAULT tstzrange(now(), NULL)
);

CREATE INDEX prices_valid_during_idx ON shop.prices USING gist (valid_during);
CREATE INDEX prices_variant_id_idx ON shop.prices (variant_id, currency);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON shop.products
    FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();

CREATE FUNCTION shop.price_of(asked bigint, wanted shop.currency, at timestamptz DEFAULT now()) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT amount
    FROM shop.prices
    WHERE variant_id = asked AND currency = wanted AND valid_during @> at
    ORDER BY lower(valid_during) DESC
    LIMIT 1;
END;
