"""What checks of policies give to be pasted puts things right: carried out, nothing is left to be said."""

from __future__ import annotations

import psycopg
import pytest

from seachange.checks import advised
from seachange.checks.around import State
from seachange.postgres.extract import extract
from tests.plugins.servers import Server

TABLE = """
create table doc (id bigint primary key, tenant_id uuid not null, title text);
create index on doc (tenant_id);
alter table doc enable row level security;
create function tenant() returns uuid language sql stable
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
"""
CHECKS = ("policy-current-setting-no-missing-ok", "policy-setting-empty-string-cast", "policy-initplan")
CONDITIONS = (
    "tenant_id = current_setting('app.tenant_id')::uuid",
    "tenant_id = (select current_setting('app.tenant_id', true)::uuid)",
    "tenant_id = (select current_setting('app.tenant_id'))::uuid",
    "tenant_id = tenant() or title = current_setting('app.title', true)",
    "title = current_setting('request.jwt.claims', true)::json ->> 'sub'",
)


def remedies(session: psycopg.Connection) -> list[str]:
    return [told.remark.safe for told in advised(State(extract(session)), CHECKS)]


@pytest.mark.newest
@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_pasted_puts_it_right(condition: str, server: Server, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(f"{TABLE}; create policy own on doc using ({condition}) with check ({condition})".encode())
        remedy, *_ = remedies(session)
        session.execute(remedy.encode())
        assert remedies(session) == []
        session.execute("insert into doc values (1, gen_random_uuid())")
        session.execute("grant select on doc to pg_monitor; set role pg_monitor; set app.tenant_id = ''")
        session.execute("set request.jwt.claims = ''")
        assert session.execute("select * from doc").fetchall() == []
