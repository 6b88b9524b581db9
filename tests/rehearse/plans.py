"""Plans written by hand, and the databases that they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.finding import Severity
from seachange.plan import Group, Plan
from seachange.rehearse.rehearsal import Rehearsal
from seachange.step import Held, Lock, Risk, Stage, Step, Way

CUSTOMER, INVOICE = ("shop", "customer"), ("shop", "invoice")
EXCLUSIVE = Lock.ACCESS_EXCLUSIVE
CURRENT = """
create schema shop;
create table shop.customer (id int generated always as identity primary key, name varchar(20) not null, mail text);
create table shop.invoice (
  id int primary key, customer int not null references shop.customer, total numeric(8,2) not null check (total > 0)
);
insert into shop.customer (name, mail) select 'name ' || i, i || '@example.com' from generate_series(1, 50) i;
insert into shop.invoice select i, i % 50 + 1, i from generate_series(1, 200) i;
"""
DESIRED = """
create schema shop;
create table shop.customer (id int generated always as identity primary key, name text not null);
create table shop.invoice (
  id int primary key, customer int not null references shop.customer, total numeric(8,2) not null check (total > 0),
  note text default '-'
);
create index invoice_customer on shop.invoice (customer);
"""


def step(sql: str, *tables: Path, lock: Lock = EXCLUSIVE, **more: Any) -> Step:
    """A step that says that it locks these tables."""
    stage = more.pop("stage", Stage.COLUMNS)
    return Step(sql=sql, stage=stage, locks=tuple(Held(table, lock) for table in tables), **more)


WIDEN = step("ALTER TABLE shop.customer ALTER COLUMN name TYPE text", CUSTOMER)
NOTE = step("ALTER TABLE shop.invoice ADD COLUMN note text DEFAULT '-'", INVOICE)
INDEX = step(
    "CREATE INDEX CONCURRENTLY invoice_customer ON shop.invoice (customer)",
    INVOICE,
    lock=Lock.SHARE_UPDATE_EXCLUSIVE,
    way=Way.ALONE,
)
DROP_MAIL = step(
    "ALTER TABLE shop.customer DROP COLUMN mail",
    CUSTOMER,
    takes=frozenset({Ref("table column", (*CUSTOMER, "mail"))}),
    risks=frozenset({Risk.LOSES_DATA}),
)
RIGHT = (WIDEN, NOTE, INDEX, DROP_MAIL)
BACK = (
    step("ALTER TABLE shop.customer ADD COLUMN mail text", CUSTOMER),
    step("ALTER TABLE shop.customer ALTER COLUMN name TYPE varchar(20)", CUSTOMER, rewrites=frozenset({CUSTOMER})),
    step("DROP INDEX shop.invoice_customer", INVOICE),
    step("ALTER TABLE shop.invoice DROP COLUMN note", INVOICE),
)


def plan(*steps: Step, version: int = 180000, together: bool = False) -> Plan:
    """The steps in order, each a group of its own or all `together`."""
    groups = (Group(steps[0].stage, steps),) if together else tuple(Group(one.stage, (one,)) for one in steps)
    return Plan(made_for="", leads_to="", version=version, groups=groups)


def instead(steps: Iterable[Step], one: Step, *others: Step) -> tuple[Step, ...]:
    """The steps with others in the place of one."""
    return tuple(new for old in steps for new in (others if old is one else (old,)))


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())


def errors(rehearsal: Rehearsal) -> set[str]:
    """What is wrong, by the words for it."""
    return {finding.check for finding in rehearsal.findings if finding.severity is Severity.ERROR}


def notes(rehearsal: Rehearsal) -> set[str]:
    """What is worth telling besides."""
    return {finding.check for finding in rehearsal.findings if finding.severity is not Severity.ERROR}


def states(databases: Callable[[int], tuple[str, ...]]) -> tuple[str, str]:
    """Two databases with the current and the desired state."""
    current, desired = databases(2)
    send(current, CURRENT)
    send(desired, DESIRED)
    return current, desired
