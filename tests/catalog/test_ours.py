"""What seachange keeps in a database is part of no state."""

from __future__ import annotations

import psycopg

from tests.planner.converging import catalog

OURS = """
create schema seachange; create schema seachange_quarantine;
create table seachange.run (id serial primary key, at timestamptz default now(), check (id > 0));
create type seachange_quarantine.mood as enum ('sad');
create table seachange_quarantine."public.t.1" (id int primary key, m seachange_quarantine.mood);
create function seachange.f(int) returns int language sql as 'select 1';
create trigger g before insert on seachange.run for each row execute function suppress_redundant_updates_trigger();
comment on schema seachange is 'the ledger'; comment on table seachange.run is 'a run';
comment on column seachange.run.id is 'which'; grant select on seachange.run to public;
grant usage on schema seachange to public; grant select (m) on seachange_quarantine."public.t.1" to public;
alter default privileges in schema seachange_quarantine grant select on tables to public;
create publication pub for table seachange.run;
"""


def test_is_part_of_no_state(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create publication pub; create table t (id int)")
        before = catalog(database)
        session.execute(OURS.replace("create publication pub for table", "alter publication pub add table").encode())
    after = catalog(database)
    assert after.facts.keys() == before.facts.keys()
    assert after.fingerprint == before.fingerprint
    assert not after.origin.findings
