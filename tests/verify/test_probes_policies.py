"""Row security as one sees it who has no rights: policies that leak, refuse too little or break are found."""

from __future__ import annotations

import pytest
from psycopg.conninfo import make_conninfo

from tests.verify.probes import failed, of, passed, probed, promised, run, unexamined

TENANTS = """
create table tenant (id uuid primary key default gen_random_uuid(), name text not null);
create table doc (
  id bigint generated always as identity primary key, tenant_id uuid not null references tenant, title text not null
);
create policy own on doc using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
alter table doc enable row level security;
create function uid() returns uuid language sql stable as
  $$ select (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid $$;
create table member (user_id uuid, tenant_id uuid references tenant, primary key (user_id, tenant_id));
create table note (id int primary key, tenant_id uuid not null references tenant, body text);
create policy reading on note for select
  using (exists (select from member m where m.tenant_id = note.tenant_id and m.user_id = uid()));
create policy writing on note for insert with check (true);
alter table note enable row level security;
create table mine (id int primary key, owner text not null default current_user);
create policy mine on mine using (owner = current_user);
alter table mine enable row level security;
create table shut (id int primary key);
alter table shut enable row level security;
create table board (id int primary key, tenant_id uuid not null);
create policy all_read on board for select using (true);
alter table board enable row level security;
create view docs as select * from doc where tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid;
"""
KEPT = {
    *((table, "SHOWS_OWN", "") for table in ("doc", "note", "mine")),
    *((table, "HIDES_ROWS", "") for table in ("doc", "note", "mine", "shut")),
    *((table, "HIDES_ROWS", case) for table in ("doc", "note") for case in ("unset", "empty")),
    *((table, "REFUSES_ROWS", case) for table in ("doc", "mine") for case in ("INSERT", "UPDATE", "DELETE")),
    *((table, "REFUSES_ROWS", "UPDATE to another's") for table in ("doc", "mine")),
    ("docs", "HIDES_ROWS", "of public.doc"),
}
MUTANTS = {
    "alter table doc disable row level security": ("doc", "HIDES_ROWS", ""),
    "drop policy own on doc; create policy own on doc using (true)": ("doc", "HIDES_ROWS", ""),
    "alter policy own on doc with check (true)": ("doc", "REFUSES_ROWS", "INSERT"),
    "alter policy own on doc with check (true); --": ("doc", "REFUSES_ROWS", "UPDATE to another's"),
    "alter policy own on doc using (tenant_id <> nullif(current_setting('app.tenant_id', true), '')::uuid)": (
        *("doc", "HIDES_ROWS"),
        "",
    ),
    "alter policy own on doc using (tenant_id = current_setting('app.tenant_id', true)::uuid)": (
        *("doc", "HIDES_ROWS"),
        "empty",
    ),
    "alter policy own on doc using (tenant_id = nullif(current_setting('app.tenant_id'), '')::uuid)": (
        *("doc", "HIDES_ROWS"),
        "unset",
    ),
    "create policy more on doc for delete using (true)": ("doc", "REFUSES_ROWS", "DELETE"),
    "create policy more on doc for update using (true)": ("doc", "REFUSES_ROWS", "UPDATE"),
    "alter policy reading on note using (exists (select from member m where m.user_id = uid()))": (
        *("note", "HIDES_ROWS"),
        "",
    ),
    "alter policy mine on mine using (owner <> '')": ("mine", "HIDES_ROWS", ""),
    "alter table shut disable row level security": ("shut", "HIDES_ROWS", ""),
    "create or replace view docs as select * from doc": ("docs", "HIDES_ROWS", "of public.doc"),
}


def test_each_sees_and_changes_only_what_is_ones_own(database: str) -> None:
    run(database, TENANTS)
    behaviour = probed(database)
    assert not failed(behaviour)
    assert passed(behaviour) >= KEPT
    assert {("note", "REFUSES_ROWS", "INSERT"), ("board", "HIDES_ROWS", "")} <= unexamined(behaviour)


@pytest.mark.newest
@pytest.mark.parametrize("mutation", MUTANTS)
def test_a_policy_that_does_less_is_found(database: str, mutation: str) -> None:
    run(database, TENANTS)
    catalog = promised(database)
    run(database, mutation)
    assert MUTANTS[mutation] in failed(probed(database, catalog))


@pytest.mark.newest
def test_the_words_of_a_setting_that_is_no_uuid_are_told(database: str) -> None:
    run(database, TENANTS)
    run(database, "alter policy own on doc using (tenant_id = current_setting('app.tenant_id', true)::uuid)")
    probe = of(probed(database), "doc", "HIDES_ROWS", "empty")
    assert (probe.code, "uuid" in probe.said) == ("22P02", True)


@pytest.mark.newest
def test_roles_that_policies_name_are_looked_through(database: str, role: str) -> None:
    run(database, TENANTS)
    run(database, f"create role {role}; alter policy own on doc to {role}")
    assert ("doc", "SHOWS_OWN", f"as {role}") in passed(probed(database))
    run(database, f"drop policy own on doc; drop role {role}")


@pytest.mark.versions(min=15)
def test_an_owner_without_rights_of_a_superuser_is_told_what_it_could_not_look_at(database: str, role: str) -> None:
    run(database, f"create role {role} login; grant all on schema public to {role}; set role {role};" + TENANTS)
    before = promised(database).fingerprint
    behaviour = probed(make_conninfo(database, user=role), promised(database), execute=False)
    assert not failed(behaviour)
    assert ("doc", "TAKES_ROW", "") in passed(behaviour)
    assert "permission denied" in of(behaviour, "doc", "HIDES_ROWS").said
    assert promised(database).fingerprint == before
    run(database, f"drop owned by {role}")
