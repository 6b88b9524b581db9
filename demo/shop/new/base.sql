-- What every module builds upon: roles, schemas, types, and who is asking.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['shop_app', 'shop_reporting', 'shop_support'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END;
$$;

CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'The shop itself: tenants and all that belongs to them.';

CREATE DOMAIN shop.email AS text
    CONSTRAINT email_has_an_at CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$')
    CONSTRAINT email_is_lower_case CHECK (VALUE = lower(VALUE));
CREATE DOMAIN shop.currency AS char(3)
    CONSTRAINT currency_is_a_code CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN shop.amount AS numeric(14, 2)
    CONSTRAINT amount_is_not_negative CHECK (VALUE >= 0);
COMMENT ON DOMAIN shop.amount IS 'Money in the currency of the row it stands in.';

CREATE TYPE shop.member_role AS ENUM ('owner', 'admin', 'staff', 'viewer');
CREATE TYPE shop.order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'delivered', 'returned', 'cancelled');
CREATE TYPE shop.payment_status AS ENUM ('pending', 'authorized', 'captured', 'failed', 'refunded');
CREATE TYPE shop.movement_reason AS ENUM ('purchase', 'sale', 'return', 'correction', 'transfer');

CREATE FUNCTION shop.current_tenant_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('shop.tenant_id', true), '')::uuid;
COMMENT ON FUNCTION shop.current_tenant_id() IS 'The tenant of this request; the application sets it for each transaction.';

CREATE FUNCTION shop.current_user_id() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('shop.user_id', true), '')::bigint;

CREATE FUNCTION shop.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$;
