"""What waits in the quarantine is shown, and goes for good only where somebody agrees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from seachange.errors import Blocked, NotAgreed, NotPermitted, NotUnderstood
from seachange.migrate.purging import purge, waits
from seachange.postgres.connection import connected
from seachange.postgres.quarantine import drop, waiting
from seachange.step import Risk

YES = frozenset({str(Risk.LOSES_DATA)})
OLD, NEW = "20200101_000000", datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
HELD = f"""
create schema seachange_quarantine;
create type seachange_quarantine."public.mood.{OLD}" as enum ('good', 'bad');
create table seachange_quarantine."public.old.{OLD}" (id int, mood seachange_quarantine."public.mood.{OLD}");
insert into seachange_quarantine."public.old.{OLD}" values (1, 'good'), (2, 'bad');
create sequence seachange_quarantine."public.counter.{OLD}";
create table seachange_quarantine."public.months.{OLD}" (id int) partition by range (id);
create table seachange_quarantine."public.months_1.{OLD}" partition of seachange_quarantine."public.months.{OLD}"
  for values from (0) to (10);
create table seachange_quarantine."public.new.{NEW}" (id int)
"""


@contextmanager
def holding(conninfo: str, *statements: str) -> Iterator[None]:
    """A transaction that stays open."""
    with psycopg.connect(conninfo) as session:
        for statement in statements:
            session.execute(statement.encode())
        yield


@pytest.fixture
def held(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(HELD.encode())
    return database


def labels(conninfo: str) -> list[str]:
    return [one.heap.label for one in waits(conninfo)]


def test_what_waits_is_shown(held: str) -> None:
    old, new = waits(held)
    assert (old.heap.label, old.heap.rows, len(old.heap.kept)) == (OLD, 2, 5)
    assert old.heap.since == datetime(2020, 1, 1, tzinfo=UTC)
    assert (new.heap.label, new.run) == (NEW, None)


@pytest.mark.newest
def test_nothing_goes_without_consent(held: str) -> None:
    with pytest.raises(NotAgreed, match="2 rows"):
        purge(held, waits(held))
    assert labels(held) == [OLD, NEW]


def test_the_old_goes_and_the_schema_with_the_last(held: str) -> None:
    purge(held, waits(held, older_than=timedelta(days=30)), YES)
    assert labels(held) == [NEW]
    purge(held, waits(held), YES)
    with psycopg.connect(held) as session:
        assert session.execute("select to_regnamespace('seachange_quarantine')").fetchone() == (None,)


@pytest.mark.newest
def test_what_others_lean_on_stays(held: str) -> None:
    with psycopg.connect(held, autocommit=True) as session:
        session.execute(f'create view public.mine as select * from seachange_quarantine."public.old.{OLD}"'.encode())
    with pytest.raises(NotPermitted, match="view mine depends"):
        purge(held, waits(held), YES)
    assert labels(held) == [OLD, NEW]


@pytest.mark.newest
def test_it_does_not_wait_for_ever(held: str) -> None:
    reads = f'select * from seachange_quarantine."public.old.{OLD}"'
    with holding(held, reads), connected(held) as session, pytest.raises(Blocked):
        drop(session, waiting(session)[0], patience=0)
    assert labels(held) == [OLD, NEW]


@pytest.mark.newest
def test_a_run_of_which_nothing_waits(held: str) -> None:
    with pytest.raises(NotUnderstood, match="nothing of run 7"):
        waits(held, run=7)
