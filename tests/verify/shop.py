"""A small shop as it should be, and what to say of a verification."""

from __future__ import annotations

from typing import Any

import psycopg

from seachange.verify import Verification
from seachange.verify.verification import Aspect, Outcome, Probe

SHOP = """
create schema shop;
create table shop.customer (
  id int generated always as identity primary key,
  name text not null,
  mail text unique
);
create table shop.invoice (
  id bigserial primary key,
  customer int not null references shop.customer,
  total numeric(8,2) not null check (total > 0),
  placed timestamptz not null default now()
);
create index invoice_customer on shop.invoice (customer);
create index invoice_large on shop.invoice (total desc nulls last) where total > 100;
create index customer_word on shop.customer using gin (string_to_array(lower(name), ' '));
create table shop.event (id int, at date not null) partition by range (at);
create table shop.event_2025 partition of shop.event for values from ('2025-01-01') to ('2026-01-01');
create index event_at on shop.event (at);
create view shop.debtor as select c.name, sum(i.total) from shop.customer c join shop.invoice i on i.customer = c.id
  group by c.name;
create function shop.twice(n int) returns int language plpgsql as 'begin return 2 * n; end';
"""
ROWS = """
insert into shop.customer (name, mail) select 'name ' || i, i || '@example.com' from generate_series(1, 50) i;
insert into shop.invoice (customer, total, placed) select i % 50 + 1, i, '2025-01-01' from generate_series(1, 200) i;
insert into shop.event select i, '2025-01-01'::date + i from generate_series(1, 20) i;
"""


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())


def ask(conninfo: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        return session.execute(question.encode()).fetchall()


def faults(found: Verification) -> set[tuple[str, str]]:
    """What failed, by object and aspect."""
    return {(str(probe.about), probe.aspect.value) for probe in found.failed}


def only(found: Verification, aspect: Aspect, outcome: Outcome = Outcome.FAILED) -> Probe:
    """The one probe of an aspect that ended so."""
    (one,) = (probe for probe in found.of(aspect) if probe.outcome is outcome)
    return one
