"""Databases that are unlike most."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from seachange.catalog.facts.relations import Index, Table, TableColumn
from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.errors import NotPermitted
from tests.catalog.probes import line
from tests.plugins.servers import Server
from tests.real.mirrors import ALL, catalog, complaints

PARTITIONS = 10_000 if ALL else 2_000
SAME_NAMES = """
create schema a; create schema b; create schema c;
create table a.t (id int primary key, n text); create table b.t (id int primary key, n text);
create table c.t (id int primary key, n text, extra int);
create view b.v as select x.id from b.t x join a.t y using (id);
alter table c.t add foreign key (extra) references a.t;
"""
LONG = "naïve🌊" + "x" * 53
NAMES = ('with "quotes"', "with.dots", "Capitals", "mixed 'single' % %s $1", "🌊", LONG, "select", "\\back\\slash", " ")
LEANING = """
create type pair as (x int, y text);
create type pairs as (list pair[], more pair);
create domain word as text check (value <> '');
create domain short as word check (length(value) < 9) default 'a';
create domain shorts as short[];
create table t (id int, p pair, l pairs[], w short, s shorts, gone int, n int);
alter table t drop gone;
alter table t alter n type bigint;
alter table t add late int not null default 5;
create view v1 as select * from t;
create view v2 as select id, (p).x, w from v1;
create materialized view v3 as select w, count(*) from v2 group by w;
create view v4 with (check_option = cascaded) as select id from v1 where id > 0;
create index on t (((p).x)) where w is not null;
create function f(pairs, short[]) returns setof v2 language sql as 'select * from v2';
"""
OWNED = """
create extension if not exists plpgsql;
create schema own;
create table own.t (id int primary key, secret text);
alter table own.t enable row level security;
create view own.v as select id from own.t;
create function own.f() returns int language plpgsql security definer as 'begin return 1; end';
"""
GUARDED = """
create foreign data wrapper odd_wrapper;
create server odd_server foreign data wrapper odd_wrapper options (host 'h');
create user mapping for public server odd_server options (user 'ann', password 'hidden');
create subscription odd_sub connection 'host=h password=hidden' publication one
  with (connect = false, slot_name = none);
create table guarded (id int);
revoke all on guarded from public;
select lo_create(77777);
"""


def run(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in statements:
            session.execute(statement)


def test_a_database_with_nothing(server: Server, database: str, tmp_path: Path) -> None:
    kinds = sorted(str(ref) for ref in catalog(database).facts if ref.kind != "owner")
    assert kinds == [
        *("comment plpgsql(extension)", "comment public(schema)"),
        "database",
        "extension plpgsql",
        "schema public",
    ]
    assert complaints(database, server, tmp_path) == []


def test_schemas_with_tables_of_the_same_names(server: Server, database: str, tmp_path: Path) -> None:
    run(database, SAME_NAMES)
    assert {fact.names for fact in catalog(database).of(Table)} == {("a", "t"), ("b", "t"), ("c", "t")}
    assert complaints(database, server, tmp_path) == []


def test_odd_names(server: Server, database: str, tmp_path: Path) -> None:
    with psycopg.connect(database) as session:
        for name in NAMES:
            schema, plain = Identifier(name), Identifier(name)
            session.execute(SQL("create schema {}").format(schema))
            session.execute(
                SQL("create table {}.{} ({} int, n text, check ({} > 0))").format(schema, plain, plain, plain)
            )
            session.execute(
                SQL("create index {} on {}.{} ({}, lower(n))").format(Identifier("ix"), schema, plain, plain)
            )
            session.execute(SQL("create type {}.{} as enum ({})").format(schema, Identifier("e"), name))
            session.execute(SQL("comment on column {}.{}.{} is {}").format(schema, plain, plain, name))
    read = catalog(database)
    assert {fact.names for fact in read.of(TableColumn)} >= {(name, name, name) for name in NAMES}
    assert {fact.columns for fact in read.of(Index)} == {(name, "") for name in NAMES}
    assert {fact.labels for fact in read.of(Enum)} == {(name,) for name in NAMES}
    assert complaints(database, server, tmp_path) == []


def test_things_that_lean_on_each_other(server: Server, database: str, tmp_path: Path) -> None:
    run(database, LEANING)
    assert complaints(database, server, tmp_path) == []
    read = catalog(database)
    assert Ref("view column", ("public", "v1", "w")) in read.uses(Ref("view", ("public", "v2")))


@pytest.mark.newest
def test_many_partitions(database: str) -> None:
    made = "create table part_%1$s partition of p for values in (%1$s)"
    run(database, "create table p (id int, k int, primary key (id, k)) partition by list (k)")
    for start in range(0, PARTITIONS, 500):
        loop = f"for n in {start}..{start + 499} loop execute format('{made}', n); end loop"
        run(database, f"do $$ begin {loop}; end $$")
    read = catalog(database)
    assert sum(fact.bound is not None for fact in read.of(Table)) == PARTITIONS
    assert sum(fact.part_of is not None for fact in read.of(Index)) == PARTITIONS
    assert not read.origin.findings


def test_an_unprivileged_owner_reads_all_of_its_own(database: str, role: str, server: Server) -> None:
    run(
        database,
        f"create role {role} login",
        f"do $$ begin execute format('alter database %I owner to {role}', current_database()); end $$",
    )
    own = make_conninfo(database, user=role)
    run(own, OWNED)
    assert list(map(line, changes(catalog(database), catalog(own)))) == []
    assert catalog(own).origin.findings == ()


def test_what_may_not_be_read_is_said(database: str, role: str) -> None:
    """Passwords are hidden from everybody; what PostgreSQL hides from this role is named."""
    run(database, f"create role {role} login", OWNED, GUARDED)
    full, poor = catalog(database), catalog(make_conninfo(database, user=role))
    assert poor.facts.keys() == full.facts.keys()
    hidden = {finding.about for finding in poor.origin.findings}
    assert hidden == {"user mapping public(odd_server)", "subscription odd_sub"}
    assert {finding.check for finding in poor.origin.findings} == {"unreadable"}
    assert [line(change) for change in changes(full, poor)] == [
        "alter subscription odd_sub connection",
        "alter user mapping public(odd_server) options",
    ]


@pytest.mark.newest
@pytest.mark.parametrize("withheld", ["pg_proc", "pg_depend", "pg_class"])
def test_a_catalog_that_may_not_be_read_is_named(withheld: str, database: str, role: str) -> None:
    run(database, f"create role {role} login", f"revoke select on pg_catalog.{withheld} from public")
    with pytest.raises(NotPermitted, match=withheld):
        catalog(make_conninfo(database, user=role))
