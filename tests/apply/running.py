"""A run in the ledger, without a plan, and somebody who hears all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from seachange.apply.terms import Listener
from seachange.postgres import groups, ledger
from seachange.postgres.connection import connected
from seachange.postgres.groups import Session
from seachange.postgres.ledger import Blocker, Ledger, Wait, Why

RUN = """
with state as (
  insert into seachange.catalogs (fingerprint, facts, content) values ('f', 0, '')
  on conflict (fingerprint) do update set facts = 0 returning fingerprint
)
insert into seachange.runs (kind, state, plan, folder, before, desired, steps, system_user_name, host, seachange)
select 'apply', 'running', '', '', fingerprint, fingerprint, 1, '', '', '' from state returning run
"""


class Heard(Listener):
    """What was said, in order."""

    def __init__(self) -> None:
        self.progress: list[tuple[str, int, int]] = []
        self.waiting: list[tuple[Why, tuple[Blocker, ...]]] = []
        self.over: list[Wait] = []

    def progresses(self, number: int, phase: str, done: int, of: int) -> None:
        self.progress.append((phase, done, of))

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        self.waiting.append((why, tuple(blockers)))

    def waited(self, wait: Wait) -> None:
        self.over.append(wait)


class Running(NamedTuple):
    session: Session
    ledger: Ledger
    run: int


@contextmanager
def running(conninfo: str) -> Iterator[Running]:
    """A new run at work."""
    with connected(conninfo) as session:
        groups.prepare(session)
        ledger.make(session)
        row = session.execute(RUN).fetchone()
        assert row is not None
        yield Running(session, Ledger(session), row[0])


def done(conninfo: str, *statements: str) -> None:
    """By somebody else, all at once."""
    with psycopg.connect(conninfo) as session:
        for statement in statements:
            session.execute(statement.encode())


def asked(conninfo: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(question.encode()).fetchall()
