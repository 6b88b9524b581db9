"""A small shop that is carried to its next version, with rows in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from seachange.apply.consent import WORDS
from seachange.apply.terms import Backup, Keep, Listener, Terms
from seachange.catalog.catalog import Catalog
from seachange.migrate.job import migrate
from seachange.migrate.making import Order
from seachange.migrate.migration import Migration
from seachange.migrate.undoing import undo
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.step import Step

CURRENT = """
create schema shop;
create type shop.mood as enum ('good', 'bad');
create table shop.client (id int generated always as identity primary key, name text not null, mail text,
  mood shop.mood);
create table shop.invoice (id int primary key, client int not null references shop.client, total int not null,
  memo text);
create table shop.old (id int primary key, note text);
create view shop.totals as select client, sum(total) as total from shop.invoice group by client;
"""
ROWS = """
insert into shop.client (name, mail, mood)
  select 'name ' || i, i || '@example.com', 'good' from generate_series(1, 50) i;
insert into shop.invoice select i, i % 50 + 1, i, 'memo ' || i from generate_series(1, 200) i;
insert into shop.old select i, 'note ' || i from generate_series(1, 7) i;
"""
DESIRED = """
create schema shop;
create type shop.mood as enum ('good', 'middling', 'bad');
create table shop.customer (id int generated always as identity primary key, name text not null, mood shop.mood,
  vip boolean not null default false);
create table shop.invoice (id int primary key, client int not null references shop.customer, total bigint not null,
  note text, check (total > 0));
create index invoice_client on shop.invoice (client);
create table shop.visit (id int primary key, at timestamptz default now());
create view shop.totals as select client, sum(total) as total, count(*) as invoices from shop.invoice group by client;
"""
RENAMED = Order(renames=(("shop.client", "shop.customer"),))
YES = Terms(agreed=WORDS, backup=Backup(Keep.NONE), patience=20.0)


def made(conninfo: str) -> str:
    """The shop as it is, in that database."""
    say(conninfo, CURRENT, ROWS)
    return conninfo


def say(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())


def ask(conninfo: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(question.encode()).fetchall()


def state(conninfo: str) -> Catalog:
    with connected(conninfo) as session:
        return extract(session)


def rows(conninfo: str, **renames: str) -> Mapping[str, list[tuple[Any, ...]]]:
    """What was in the shop from the beginning."""
    client = renames.get("client", "client")
    return {
        "client": ask(conninfo, f"select id, name, mood::text from shop.{client} order by id"),
        "invoice": ask(conninfo, "select id, client, total from shop.invoice order by id"),
    }


class Shop(msgspec.Struct, frozen=True):
    """The database, where copies of it are made, and its next version."""

    target: str
    desired: str
    scratch: str

    def migrate(self, terms: Terms = YES, to: Path | None = None, **more: Any) -> Migration | None:
        order = more.pop("order", RENAMED)
        return migrate(self.target, self.desired, order=order, terms=terms, to=to, scratch=self.scratch, **more)

    def undo(self, run: int | None = None, terms: Terms = YES, **more: Any) -> Any:
        return undo(self.target, run, terms, scratch=self.scratch, **more)


class Stopped(Listener):
    """Stops the run when that many steps are done."""

    def __init__(self, after: int) -> None:
        self._after = after

    def sent(self, number: int, step: Step, seconds: float) -> None:
        if number >= self._after:
            raise KeyboardInterrupt
