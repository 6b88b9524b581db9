"""Renames: told ones keep rows and dependents, quiet ones rebuild nothing."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.plan import Plan
from seachange.planner import goal, plan, undo
from seachange.postgres.renaming import renamed
from tests.planner.converging import catalog, converge, left, run, said
from tests.plugins.servers import Server

Databases = Callable[[int], tuple[str, ...]]
OLD = """
create table clients (id int primary key, name text not null, mail text unique);
create table orders (id int primary key, client int references clients);
create view v as select id, mail from clients;
create function f(c clients) returns text language sql as 'select c.name';
create policy p on clients using (mail is not null);
comment on column clients.mail is 'where to write to';
insert into clients values (1, 'Ada', 'ada@example.org');
insert into orders values (7, 1);
"""
NEW = """
create table customers (id int primary key, name text not null, email text unique, born date);
create table orders (id int primary key, client int references customers);
create view v as select id, email as mail from customers;
create function f(c customers) returns text language sql as 'select c.name';
create policy p on customers using (email is not null);
comment on column customers.email is 'where to write to';
"""
TABLE = (Ref("table", ("public", "clients")), Ref("table", ("public", "customers")))
COLUMN = (
    Ref("table column", ("public", "clients", "mail")),
    Ref("table column", ("public", "customers", "email")),
)


def _filled(databases: Databases, old: str, new: str) -> tuple[str, str]:
    current, desired = databases(2)
    for conninfo, script in ((current, old), (desired, new)):
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(script.encode())
    return current, desired


def _asked(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(query.encode()).fetchall()


def _verbs(made: Plan) -> set[str]:
    return {" ".join(step.sql.split()[:2]) for step in made.steps}


def test_rows_and_dependents_stay(server: Server, databases: Databases) -> None:
    current, desired = _filled(databases, OLD, NEW)
    before, wanted = catalog(current), catalog(desired)
    first = renamed(before, (COLUMN, TABLE), server.conninfo)
    made = plan(before, wanted, renamed=first)
    assert not {"DROP", "CREATE"} & {step.sql.split()[0] for step in made.steps}, said(made)
    run(made, current)
    assert left(current, before, wanted) == [], said(made)
    assert _asked(current, "select id, name, email from customers") == [(1, "Ada", "ada@example.org")]


@pytest.mark.newest
def test_the_way_back_renames_back(server: Server, databases: Databases) -> None:
    current, desired = _filled(databases, OLD, NEW)
    before, wanted = catalog(current), catalog(desired)
    first = renamed(before, (TABLE, COLUMN), server.conninfo)
    run(plan(before, wanted, renamed=first), current)
    back = tuple((new, old) for old, new in (COLUMN, TABLE))
    last = renamed(goal(first.catalog, wanted), back, server.conninfo)
    run(undo(before, wanted, renamed=last), current)
    assert left(current, catalog(desired), before) == []
    assert _asked(current, "select id, name, mail from clients") == [(1, "Ada", "ada@example.org")]


@pytest.mark.newest
def test_a_name_that_is_taken_is_refused(server: Server, databases: Databases) -> None:
    current, _ = _filled(databases, OLD, NEW)
    taken = (TABLE[0], Ref("table", ("public", "orders")))
    with pytest.raises(NotPlanned, match=r"42P07"):
        renamed(catalog(current), (taken,), server.conninfo)


def test_an_index_and_a_constraint_are_not_built_anew(server: Server, databases: Databases) -> None:
    old = """
    create table t (a int constraint k primary key, b int constraint c check (b > 0), d int);
    create index i on t (d);
    create policy p on t using (b > 1);
    comment on index i is 'for looking up';
    alter table t replica identity using index k;
    """
    new = (
        old.replace("index i ", "index other ")
        .replace("constraint k", "constraint t_key")
        .replace("index k", "index t_key")
    )
    current, desired = _filled(
        databases, old, new.replace("policy p", "policy q").replace("constraint c", "constraint d")
    )
    made = converge(current, desired)
    assert {"DROP", "CREATE"}.isdisjoint(verb.split()[0] for verb in _verbs(made)), said(made)


def test_partitions_made_at_run_time_stay(server: Server, databases: Databases) -> None:
    whole = "create table events (day date not null, n int) partition by range (day);"
    part = "create table events_1 partition of events for values from ('2026-01-01') to ('2026-02-01');"
    rows = "insert into events values ('2026-01-05', 1);"
    grown = whole.replace("n int", "n bigint, note text")
    current, desired = _filled(databases, whole + part + rows, grown)
    made = converge(current, desired)
    assert [finding.check for finding in made.findings] == ["partition-left-alone"]
    assert not any("DROP TABLE" in step.sql for step in made.steps)
    assert _asked(current, "select day::text, n, note from events_1") == [("2026-01-05", 1, None)]


def test_a_partition_of_several_that_is_not_desired_goes(server: Server, databases: Databases) -> None:
    whole = "create table events (day date not null) partition by range (day);"
    parts = [
        f"create table events_{n} partition of events for values from ('2026-0{n}-01') to ('2026-0{n + 1}-01');"
        for n in (1, 2)
    ]
    current, desired = _filled(databases, whole + "".join(parts), whole + parts[1])
    converge(current, desired)
    assert _asked(current, "select to_regclass('events_1')") == [(None,)]
