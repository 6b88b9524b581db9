"""A shop to apply plans to, and the plans."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg

from seachange import read
from seachange.apply import Terms
from seachange.apply.terms import Backup, Keep, Listener
from seachange.catalog.ref import Ref
from seachange.plan import Group, Plan
from seachange.plan.folder import Folder
from seachange.postgres.ledger import Blocker, Ledger, Wait, Why
from seachange.step import CONSENT, Held, Lock, Risk, Stage, Step, Way

CUSTOMER, INVOICE = ("shop", "customer"), ("shop", "invoice")
CURRENT = """
create schema shop;
create table shop.customer (id int generated always as identity primary key, name text not null, mail text);
create table shop.invoice (id int primary key, customer int not null references shop.customer, total numeric not null);
insert into shop.customer (name, mail) select 'name ' || i, i || '@example.com' from generate_series(1, 50) i;
insert into shop.invoice select i, i % 50 + 1, 1 from generate_series(1, 200) i;
"""


def step(sql: str, *tables: tuple[str, ...], lock: Lock = Lock.ACCESS_EXCLUSIVE, **more: Any) -> Step:
    stage = more.pop("stage", Stage.COLUMNS)
    return Step(sql=sql, stage=stage, locks=tuple(Held(table, lock) for table in tables), **more)


def column(table: tuple[str, ...], name: str) -> Ref:
    return Ref("table column", (*table, name))


INDEX_REF = Ref("index", ("shop", "invoice_customer"))
NOTE = step(
    "ALTER TABLE shop.invoice ADD COLUMN note text",
    INVOICE,
    subject=column(INVOICE, "note"),
    makes=frozenset({column(INVOICE, "note")}),
)
COUNT = step("UPDATE shop.invoice SET total = total + 1", INVOICE, lock=Lock.ROW_EXCLUSIVE, stage=Stage.DATA)
INDEX = step(
    "CREATE INDEX CONCURRENTLY invoice_customer ON shop.invoice (customer)",
    INVOICE,
    lock=Lock.SHARE_UPDATE_EXCLUSIVE,
    stage=Stage.INDEXES,
    way=Way.ALONE,
    subject=INDEX_REF,
    makes=frozenset({INDEX_REF}),
)
DROP_MAIL = step(
    "ALTER TABLE shop.customer DROP COLUMN mail",
    CUSTOMER,
    stage=Stage.REMOVE,
    subject=column(CUSTOMER, "mail"),
    takes=frozenset({column(CUSTOMER, "mail")}),
    risks=frozenset({Risk.LOSES_DATA}),
)
STEPS = (NOTE, COUNT, INDEX, DROP_MAIL)
DESIRED = """
alter table shop.invoice add column note text;
create index invoice_customer on shop.invoice (customer);
alter table shop.customer drop column mail;
"""
OURS = "from pg_stat_activity where datname = current_database() and application_name like 'seachange run%'"
"""Where the session of a run is found."""
YES = Terms(agreed=frozenset(map(str, CONSENT)), backup=Backup(keep=Keep.NONE, snapshot="none of ours"), patience=30)


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())


def ask(conninfo: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        return session.execute(question.encode()).fetchall()


@contextmanager
def ledger(conninfo: str) -> Iterator[Ledger]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        yield Ledger(session)


def folder(conninfo: str, model: str, steps: Iterable[Step] = STEPS, desired: str = DESIRED) -> Folder:
    """`conninfo` becomes the shop; a plan of `steps` leads to what `desired` makes of the `model` of it."""
    send(conninfo, CURRENT)
    return again(conninfo, model, steps, desired)


def again(conninfo: str, model: str, steps: Iterable[Step] = STEPS, desired: str = DESIRED) -> Folder:
    """The same for a database as it is."""
    send(model, CURRENT + desired)
    current, goal = read(conninfo), read(model)
    groups = tuple(Group(one.stage, (one,)) for one in steps)
    plan = Plan(current.fingerprint, goal.fingerprint, current.origin.version, groups)
    back = Plan(goal.fingerprint, current.fingerprint, current.origin.version)
    return Folder(plan, back, current, goal)


def with_steps(made: Folder, *steps: Step, together: bool = False) -> Folder:
    """The same folder with other steps."""
    groups = (Group(steps[0].stage, steps),) if together else tuple(Group(one.stage, (one,)) for one in steps)
    return msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, groups=groups))


class Heard(Listener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.sent_: list[int] = []
        self.passed: list[int] = []
        self.waiting: list[tuple[int, Why, tuple[Blocker, ...]]] = []
        self.over: list[Wait] = []
        self.first = 0

    def begins(self, plan: Plan, first: int) -> None:
        self.first = first

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self.sent_.append(number)

    def passes(self, number: int, step: Step) -> None:
        self.passed.append(number)

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        self.waiting.append((number, why, tuple(blockers)))

    def waited(self, wait: Wait) -> None:
        self.over.append(wait)


@contextmanager
def held(conninfo: str, *statements: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody in a transaction that does not end, until it is committed or closed."""
    with psycopg.connect(conninfo, application_name="somebody") as session:
        for statement in statements:
            session.execute(statement.encode())
        yield session
        session.rollback()


def old(session: psycopg.Connection[Any], seconds: float = 1.1) -> None:
    """Wait until its transaction is that old."""
    began = time.monotonic()
    while time.monotonic() < began + 10:
        row = session.execute("select clock_timestamp() - now() > make_interval(secs => %s)", [seconds]).fetchone()
        if row and row[0]:
            return
        time.sleep(0.05)
    raise AssertionError("the transaction did not grow old")
