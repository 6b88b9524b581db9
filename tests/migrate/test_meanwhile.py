"""A database is migrated and taken back while others write: no transaction is lost, and rows are judged fairly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psycopg
import pytest
from psycopg import errors

from seachange.migrate import surviving
from seachange.migrate.surviving import Stood, before, survived
from seachange.plan import Group, Plan
from seachange.plan.folder import Folder
from seachange.postgres.connection import connected
from seachange.step import Held, Lock, Stage, Step
from tests.migrate.shop import Shop, ask, say, state

CURED = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    psycopg.OperationalError,
)
"""What a retry cures, with the other name where one is gone."""
TABLES = ("client", "customer")


class Bank:
    """Writers in the manner of pgbench: each transaction changes a row, adds one and reads."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._end = threading.Event()
        self.passed, self.lost = 0, list[str]()

    @contextmanager
    def open(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=(1000 * number,)) for number in (1, 2)]
        for thread in threads:
            thread.start()
        try:
            while self.passed < 5 and not self.lost:
                time.sleep(0.01)
            yield
        finally:
            self._end.set()
            for thread in threads:
                thread.join()

    def _work(self, number: int) -> None:
        names = list(TABLES)
        with psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=None) as session:
            while not self._end.is_set():
                number += 1
                until = time.monotonic() + 60
                while (refusal := self._take(session, number, names[0])) and time.monotonic() < until:
                    names.reverse()
                    time.sleep(0.01)
                if refusal:
                    self.lost.append(refusal)
                    return
                self.passed += 1
                self._end.wait(0.01)

    def _take(self, session: psycopg.Connection[tuple[object, ...]], number: int, table: str) -> str | None:
        try:
            with session.transaction():
                session.execute(f"update shop.{table} set name = name || '!' where id = 1 + {number} % 50".encode())
                session.execute(b"insert into shop.invoice (id, client, total) values (%s, 1, 5)", [number])
                session.execute(b"select total from shop.totals where client = 1").fetchall()
        except CURED as error:
            return f"{type(error).__name__}: {error}"
        except psycopg.Error as error:
            self.lost.append(f"{type(error).__name__}: {error}")
        return None


@pytest.mark.newest
def test_no_transaction_is_lost(shop: Shop) -> None:
    bank = Bank(shop.target)
    with bank.open():
        migration = shop.migrate()
        assert shop.undo().arrived
    assert bank.lost == []
    assert migration is not None
    assert migration.good
    assert {one.check for one in migration.story.findings} >= {"written-meanwhile"}
    assert ask(shop.target, "select count(*) from shop.invoice where id > 1000")[0][0] == bank.passed


@pytest.mark.newest
def test_rows_that_are_gone_are_lost_unless_somebody_deleted_them(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(shop)
    with connected(shop.target) as session:
        was = before(session, made, {})
        say(shop.target, "delete from shop.invoice where id < 10", "update shop.client set name = 'other' where id = 1")
        survivals, told = survived(session, was, Plan("", "", 0), ())
        assert {one.about for one in told} == {"table shop.client", "table shop.invoice"}
        assert all(one.survived for one in survivals)
        monkeypatch.setattr(surviving, "DELAY", 0.0)
        hidden = msgspec.structs.replace(was, tables=tuple(unaware(one) for one in was.tables))
        survivals, _ = survived(session, hidden, Plan("", "", 0), ())
    assert [one.name for one in survivals if not one.survived] == [("shop", "invoice")]


def plan(shop: Shop) -> Folder:
    """A plan that leaves the tables as they are, but has to do with all of them."""
    catalog = state(shop.target)
    tables = ("client", "invoice", "old")
    steps = tuple(
        Step(sql="select 1", stage=Stage.TABLES, locks=(Held(("shop", table), Lock.SHARE),)) for table in tables
    )
    whole = Plan(catalog.fingerprint, catalog.fingerprint, 0, (Group(Stage.TABLES, steps),))
    return Folder(whole, whole, catalog, catalog)


def unaware(one: Stood) -> Stood:
    """As if the server had counted the deletions before."""
    deleted = 9 if one.kept.before == ("shop", "invoice") else 0
    counter = msgspec.structs.replace(one.counter, deleted=one.counter.deleted + deleted)
    return msgspec.structs.replace(one, counter=counter)
