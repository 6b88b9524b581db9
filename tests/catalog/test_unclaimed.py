"""What no query reads is reported, what is temporary is nobody's, and what may not be read is said."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from seachange import read
from seachange.catalog.catalog import Catalog
from seachange.catalog.queries import Query
from seachange.catalog.queries import queries as all_queries
from seachange.errors import NotComplete
from seachange.postgres import extract as extracting
from tests.plugins.servers import Server
from tests.real.mirrors import catalog

OBJECTS = """
create schema p;
create table p.t (id int primary key, a text, check (id > 0));
create index ix on p.t (a);
create policy pol on p.t using (true);
create function p.f() returns trigger language plpgsql as 'begin return new; end';
create trigger tg before insert on p.t for each row execute function p.f();
create rule ru as on delete to p.t do also nothing;
create statistics p.st on id, a from p.t;
create cast (p.t as text) with inout;
create publication pub for table p.t;
create collation p.posix (locale = 'POSIX');
create domain p.word as text check (value <> '');
comment on domain p.word is 'a word';
create conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
"""
WITHOUT = {
    "policy": {"policy pol on p.t"},
    "trigger": {"trigger tg on p.t"},
    "rule": {"rule ru on p.t"},
    "statistics_object": {"statistics object p.st"},
    "cast": {"cast (p.t AS pg_catalog.text)"},
    "publication_relation": {"publication relation p.t in publication pub"},
    "table_constraint": {"table constraint t_id_check on p.t", "table constraint t_pkey on p.t"},
    "domain_constraint": {"domain constraint word_check on p.word"},
    "collation": {"collation p.posix"},
    "conversion": {"conversion p.conv"},
    "function": {"function p.f()"},
}
TEMPORARY = """
create temp table t (id serial primary key, a text default 'x', check (id > 0));
create index on t (a);
alter table t enable row level security;
create policy pol on t using (true);
create statistics st on id, a from t;
create rule ru as on delete to t do also nothing;
create temp view v as select * from t;
create temp sequence s;
create type pg_temp.mood as enum ('sad');
create type pg_temp.pair as (x int);
create domain pg_temp.word as text constraint filled check (value <> '');
create type pg_temp.span as range (subtype = int);
create function pg_temp.f(i int) returns int language sql as 'select i';
create aggregate pg_temp.ag(int) (sfunc = int4pl, stype = int);
create operator pg_temp.=== (leftarg = int, rightarg = int, function = int4eq);
create collation pg_temp.posix (locale = 'POSIX');
create text search configuration pg_temp.conf (copy = pg_catalog.simple);
create temp table parent (id int) partition by list (id);
create temp table part partition of parent default;
create trigger tg before insert on t for each row execute function suppress_redundant_updates_trigger();
comment on table t is 'mine';
grant select on t to public;
"""


def unclaimed(found: Catalog) -> set[str]:
    return {finding.about for finding in found.origin.findings if finding.check == "unclaimed"}


@pytest.mark.parametrize("name", WITHOUT)
def test_what_no_query_reads_is_reported(
    name: str, server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others(major: int, *, cluster: bool) -> Iterator[Query]:
        return (query for query in all_queries(major, cluster=cluster) if query.name != name)

    with psycopg.connect(database) as session:
        session.execute(OBJECTS)
    assert unclaimed(catalog(database)) == set()
    monkeypatch.setattr(extracting, "queries", others)
    assert unclaimed(catalog(database)) >= WITHOUT[name]
    assert {about for about in unclaimed(catalog(database)) if " p.t" not in about} <= WITHOUT[name]
    with pytest.raises(NotComplete):
        read(database, strict=True)


def test_what_is_complete_passes_strictly(database: str) -> None:
    with psycopg.connect(database) as session:
        session.execute(OBJECTS)
    assert read(database, strict=True).facts


def test_what_is_said_of_what_nobody_reads_is_reported(database: str) -> None:
    with psycopg.connect(database) as session:
        session.execute("create table t (id int); comment on type t is 'the row type'")
    assert unclaimed(catalog(database)) == {"type public.t"}


def test_temporary_objects_are_nobodys(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        before = catalog(database)
        session.execute(TEMPORARY)
        assert catalog(database).facts == before.facts
        assert unclaimed(catalog(database)) == set()
        assert extracting.extract(session).facts == before.facts


def test_a_name_that_looks_temporary_is_not(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(database) as session:
        session.execute("create collation my_pg_temp_1 (locale = 'POSIX')")
    listed = [query for query in all_queries(14, cluster=False) if query.name != "collation"]
    monkeypatch.setattr(extracting, "queries", lambda major, cluster: listed)
    assert unclaimed(catalog(database)) == {"collation public.my_pg_temp_1"}
