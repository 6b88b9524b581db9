"""What was renamed is offered as renamed, with the evidence; what only looks a little alike is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import DefaultValue, Index, Table, TableColumn
from seachange.catalog.facts.routines import Function
from seachange.compare import compare
from seachange.compare.renames import Rename
from seachange.postgres.extract import extract
from seachange.postgres.scratch import Scratch

SHOP = """
create schema shop;
create type shop.state as enum ('new', 'paid', 'sent');
create type shop.other as enum ('a', 'b');
create type shop.address as (street text, city text);
create domain shop.mail as text constraint at check (value like '%@%');
create table shop.customer (id int primary key, email shop.mail not null, born date, note text);
create table shop.orders (
  id bigint generated always as identity primary key, customer int references shop.customer,
  state shop.state default 'new', total numeric(12, 2), placed timestamptz default now(), check (total > 0)
);
create index orders_placed on shop.orders (placed);
create sequence shop.numbers increment 5 start 100;
create function shop.tax(amount numeric) returns numeric language sql immutable as 'select amount * 0.19';
create function shop.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touched before update on shop.orders for each row execute function shop.touch();
create policy own on shop.customer using (email = current_user);
create view shop.open as select id, total from shop.orders where state = 'new';
create materialized view shop.sums as select customer, sum(total) from shop.orders group by customer;
create statistics shop.st on state, placed from shop.orders;
"""
RENAMED = {
    "table": ("alter table shop.orders rename to purchases", "table shop.orders -> table shop.purchases"),
    "column": (
        "alter table shop.orders rename total to amount",
        "table column shop.orders.total -> table column shop.orders.amount",
    ),
    "index": ("alter index shop.orders_placed rename to by_time", "index shop.orders_placed -> index shop.by_time"),
    "constraint": (
        "alter table shop.orders rename constraint orders_total_check to positive",
        "table constraint shop.orders.orders_total_check -> table constraint shop.orders.positive",
    ),
    "enum": ("alter type shop.state rename to stage", "enum shop.state -> enum shop.stage"),
    "composite type": (
        "alter type shop.address rename to place",
        "composite type shop.address -> composite type shop.place",
    ),
    "domain": ("alter domain shop.mail rename to email", "domain shop.mail -> domain shop.email"),
    "function": (
        "alter function shop.tax(numeric) rename to vat",
        "function shop.tax(numeric) -> function shop.vat(numeric)",
    ),
    "view": ("alter view shop.open rename to unpaid", "view shop.open -> view shop.unpaid"),
    "materialized view": (
        "alter materialized view shop.sums rename to totals",
        "materialized view shop.sums -> materialized view shop.totals",
    ),
    "sequence": ("alter sequence shop.numbers rename to counter", "sequence shop.numbers -> sequence shop.counter"),
    "policy": (
        "alter policy own on shop.customer rename to mine",
        "policy shop.customer.own -> policy shop.customer.mine",
    ),
    "trigger": (
        "alter trigger touched on shop.orders rename to moved",
        "trigger shop.orders.touched -> trigger shop.orders.moved",
    ),
    "statistics": (
        "alter statistics shop.st rename to together",
        "statistics object shop.st -> statistics object shop.together",
    ),
    "schema": ("alter schema shop rename to store", "schema shop -> schema store"),
}
UNLIKE = {
    "tables": "drop table shop.customer cascade; create table shop.city (zip text primary key, name text, people int)",
    "columns": "alter table shop.customer drop born, add height int",
    "enums": "drop type shop.other; create type shop.size as enum ('s', 'm', 'l')",
    "functions": "drop function shop.tax(numeric);"
    " create function shop.upper(t text) returns text language sql as 'select upper(t)'",
    "constraints": "alter table shop.orders drop constraint orders_total_check, add check (total > 100)",
    "kinds": "drop sequence shop.numbers; create type shop.numbers as enum ('one')",
}


def shown(rename: Rename) -> str:
    return f"{rename.old} -> {rename.new}"


@pytest.fixture
def renamed(scratch: Scratch) -> Callable[[str], tuple[Rename, ...]]:
    """Tells what is offered after a change to the shop."""

    def offered(change: str) -> tuple[Rename, ...]:
        with scratch.empty() as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(SHOP)
            before = extract(session)
            session.execute(change)
            return compare(before, extract(session)).renames

    return offered


@pytest.mark.newest
@pytest.mark.parametrize("kind", RENAMED)
def test_what_was_renamed_is_offered(kind: str, renamed: Callable[[str], tuple[Rename, ...]]) -> None:
    change, expected = RENAMED[kind]
    offered = renamed(change)
    assert [shown(rename) for rename in offered] == [expected]
    assert offered[0].evidence
    assert 0.5 <= offered[0].likeness <= 1


@pytest.mark.newest
@pytest.mark.parametrize("kind", UNLIKE)
def test_what_is_not_alike_is_not_offered(kind: str, renamed: Callable[[str], tuple[Rename, ...]]) -> None:
    assert renamed(UNLIKE[kind]) == ()


@pytest.mark.newest
def test_a_whole_family_renamed_is_offered_as_one(renamed: Callable[[str], tuple[Rename, ...]]) -> None:
    """The columns of a table that was renamed are not offered once more."""
    offered = renamed("alter table shop.customer rename to client; alter table shop.client add vip bool")
    assert [shown(rename) for rename in offered] == ["table shop.customer -> table shop.client"]
    assert offered[0].evidence[0].endswith("parts are the same in both")


def test_two_columns_alike_are_paired_by_their_places() -> None:
    current = catalog(
        Table(("s", "t")), *(TableColumn(("s", "t", n), position=i, type="text") for i, n in enumerate("abc"))
    )
    desired = catalog(
        Table(("s", "t")), *(TableColumn(("s", "t", n), position=i, type="text") for i, n in enumerate("axy"))
    )
    offered = compare(current, desired).renames
    assert [shown(rename) for rename in offered] == [
        "table column s.t.b -> table column s.t.x",
        "table column s.t.c -> table column s.t.y",
    ]
    assert "one of 2 that are gone and 2 that are new" in offered[0].evidence[1]


def test_two_large_catalogs_compare_at_once() -> None:
    """180,000 facts that differ in five."""
    facts = [fact for table in range(11_250) for fact in shop_table(f"t{table}")]
    current, desired = catalog(*facts[:-2]), catalog(*facts[3:])
    compare(current, desired)
    began = perf_counter()
    comparison = compare(current, desired)
    spent = perf_counter() - began
    assert len(facts) == 180_000
    assert len(comparison.changes) == 5
    assert spent < 0.5, "on two shared cores; alone it is less than half of that"


def test_thousands_that_come_and_go_compare_in_time() -> None:
    gone = catalog(*(fact for table in range(320) for fact in shop_table(f"old{table}")))
    come = catalog(*(fact for table in range(320) for fact in shop_table(f"new{table}")))
    functions = [Function(("s", f"{n}"), body=f"select {n}", language="sql") for n in range(5_000)]
    began = perf_counter()
    comparison = compare(
        catalog(*functions[:2500], *gone.facts.values()), catalog(*functions[2500:], *come.facts.values())
    )
    assert perf_counter() - began < 3
    assert len(comparison.changes) > 10_000


def test_what_too_many_have_in_common_is_no_evidence() -> None:
    gone, come = ([Function(("s", f"{word}{n}"), body="select 1") for n in range(50)] for word in ("old", "new"))
    assert compare(catalog(*gone), catalog(*come)).renames == ()
    assert len(compare(catalog(*gone[:5]), catalog(*come[:5])).renames) == 5


def catalog(*facts: Fact) -> Catalog:
    return Catalog({fact.ref: fact for fact in facts})


def shop_table(name: str) -> Iterable[Fact]:
    """Sixteen facts."""
    yield Table(("s", name))
    for n in range(10):
        yield TableColumn(("s", name, f"c{n}"), position=n, type=("text", "integer", "jsonb")[n % 3])
    for n in range(3):
        yield DefaultValue(("s", name, f"c{n}"), expression=f"{n}")
    for n in range(2):
        yield Index(("s", f"{name}_{n}"), table=("s", name), columns=(f"c{n}",))
