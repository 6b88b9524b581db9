CREATE TABLE shop.users (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email          shop.email NOT NULL,
    display_name   text NOT NULL,
    password_hash  text,
    last_seen_at   timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    disabled_at    timestamptz
);

CREATE UNIQUE INDEX users_email_idx ON shop.users (lower(email));

CREATE TABLE shop.memberships (
    tenant_id   uuid NOT NULL REFERENCES shop.tenants (id) ON DELETE CASCADE,
    user_id     bigint NOT NULL REFERENCES shop.users (id) ON DELETE CASCADE,
    role        shop.member_role NOT NULL DEFAULT 'viewer',
    invited_by  bigint REFERENCES shop.users (id) ON DELETE SET NULL,
    joined_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
);

CREATE INDEX memberships_user_id_idx ON shop.memberships (user_id);
CREATE UNIQUE INDEX memberships_one_owner_idx ON shop.memberships (tenant_id) WHERE role = 'owner';

CREATE TABLE shop.sessions (
    token       text NOT NULL PRIMARY KEY,
    user_id     bigint NOT NULL REFERENCES shop.users (id) ON DELETE CASCADE,
    address     inet,
    expires_at  timestamptz NOT NULL DEFAULT now() + interval '14 days'
);

CREATE INDEX sessions_expires_at_idx ON shop.sessions (expires_at);
