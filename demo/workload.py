"""The shop's application: writers that never stop, and that know the shop before and after the change.

Each transaction is short.  One that is refused is tried again, as an application that lives with a changing database
does it; how long the writer waited from the first attempt to the end is what its user sees.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, errors

AGAIN = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.AdminShutdown,
    psycopg.InterfaceError,
)
"""What a retry cures, whoever else is at work."""
MOVED = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction)
"""What tells that a name is another one now."""
PATIENCE = 60.0
CLIENTS, VARIANTS, TENANTS = 10_000, 4_000, 20
NAMES = (
    {"clients": "shop.clients", "client_id": "client_id", "note": "remark"},
    {"clients": "shop.customers", "client_id": "customer_id", "note": "note"},
)
"""What the application's two versions call things."""
ORDER = """
    INSERT INTO shop.orders (tenant_id, {client_id}, status, currency, {note}, placed_at)
    SELECT tenant_id, id, 'placed', 'EUR', 'as soon as you can', now() FROM {clients} WHERE id = %s RETURNING id
"""
ITEM = "INSERT INTO shop.order_items (order_id, position, variant_id, quantity, unit_price) VALUES (%s, 1, %s, 1, 9.5)"
RESERVE = "UPDATE shop.stock_levels SET reserved = reserved + 1 WHERE variant_id = %s"
EVENT = """
    INSERT INTO shop.payment_events (payment_id, kind, payload)
    SELECT id, 'seen', '{{"by": "demo"}}' FROM shop.payments WHERE order_id = %s
"""
LATEST = "SELECT number, total, {note} FROM shop.orders WHERE {client_id} = %s ORDER BY id DESC LIMIT 5"


@dataclass
class Tally:
    """What the writers saw: how many transactions passed, which waited how long, and which no retry cured."""

    passed: int = 0
    retried: int = 0
    worst: float = 0.0
    lost: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, seconds: float, attempts: int) -> None:
        with self.lock:
            self.passed += 1
            self.retried += attempts > 1
            self.worst = max(self.worst, seconds)

    def lose(self, error: Exception) -> None:
        with self.lock:
            self.lost.append(f"{type(error).__name__}: {' '.join(str(error).split())}")


@contextmanager
def busy(conninfo: str, writers: int = 3, pause: float = 0.02) -> Iterator[Tally]:
    """So many writers at work, each with a short pause between two transactions."""
    tally, end = Tally(), threading.Event()
    threads = [
        threading.Thread(target=Writer(conninfo, number, tally).work, args=(end, pause), daemon=True)
        for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield tally
    finally:
        end.set()
        for thread in threads:
            thread.join()


class Writer:
    """One user of the application."""

    def __init__(self, conninfo: str, number: int, tally: Tally) -> None:
        self._conninfo, self._tally = conninfo, tally
        self._chance = random.Random(number)
        self._version = 0
        self._session: Connection[Any] | None = None

    def work(self, end: threading.Event, pause: float) -> None:
        """One transaction after the other, until it is told to end."""
        while not end.is_set():
            self._serve(self._chance.randint(1, CLIENTS), self._chance.randint(1, VARIANTS))
            end.wait(pause)
        self._close()

    def _serve(self, client: int, variant: int) -> None:
        """One transaction, until it passes."""
        began, attempts = time.monotonic(), 0
        while True:
            attempts += 1
            try:
                self._order(client, variant)
                return self._tally.count(time.monotonic() - began, attempts)
            except MOVED as error:
                self._version = 1 - self._version
                refused: Exception = error
            except AGAIN as error:
                refused = error
            except psycopg.OperationalError as error:
                self._close()
                refused = error
            except psycopg.Error as error:
                return self._tally.lose(error)
            if time.monotonic() - began > PATIENCE:
                return self._tally.lose(refused)
            time.sleep(0.01)

    def _order(self, client: int, variant: int) -> None:
        names = NAMES[self._version]
        with self._open().transaction():
            row = self._open().execute(ORDER.format(**names).encode(), [client]).fetchone()
            assert row is not None
            self._open().execute(ITEM, [row[0], variant])
            self._open().execute(RESERVE, [variant])
            self._open().execute(EVENT.format(**names).encode(), [client])
            self._open().execute(LATEST.format(**names).encode(), [client]).fetchall()

    def _open(self) -> Connection[Any]:
        if self._session is None or self._session.closed:
            self._session = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=None)
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            with suppress(psycopg.Error):
                self._session.close()
            self._session = None
