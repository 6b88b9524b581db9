"""Each kind's rule on real servers: from one state to another and back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import psycopg
from msgspec import Struct

from tests.planner.converging import converge

Databases = Callable[[int], tuple[str, ...]]


class Pair(Struct, frozen=True):
    """Two states: `shared` is in both.  What `rows` asks is answered alike before and after, each way."""

    title: str
    one: str
    other: str
    shared: str = ""
    rows: str = ""
    first: int = 14
    last: int = 18

    def fits(self, major: int) -> bool:
        return self.first <= major <= self.last


def there_and_back(pair: Pair, databases: Databases) -> None:
    """From one state to the other, and from a fresh other to the one."""
    for states in pairwise((pair.one, pair.other, pair.one)):
        current, desired = databases(2)
        for conninfo, state in zip((current, desired), states, strict=True):
            send(conninfo, f"create schema p; {pair.shared}; {state}")
        before = ask(current, pair.rows)
        converge(current, desired)
        assert ask(current, pair.rows) == before


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())


def ask(conninfo: str, question: str) -> list[tuple[object, ...]]:
    if not question:
        return []
    with psycopg.connect(conninfo) as session:
        return session.execute(question.encode()).fetchall()
