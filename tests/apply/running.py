"""A run in the ledger, without a plan, and somebody who hears all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg

from seachange.apply.terms import SILENT, Listener, Terms
from seachange.apply.work import Work
from seachange.plan import Plan
from seachange.postgres import groups, ledger
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Blocker, Ledger, Wait, Why
from seachange.postgres.lookout import Lookout
from seachange.postgres.runlock import told

RUN = """
with state as (
  insert into seachange.catalogs (fingerprint, facts, content) values ('f', 0, '')
  on conflict (fingerprint) do update set facts = 0 returning fingerprint
)
insert into seachange.runs (kind, state, plan, folder, before, desired, steps, system_user_name, host, seachange)
select 'apply', 'running', '', '', fingerprint, fingerprint, 1, '', '', '' from state returning run
"""


QUICK = Terms(share=1.0)


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


@contextmanager
def running(conninfo: str, terms: Terms = QUICK, hears: Listener = SILENT, run: int = 0) -> Iterator[Work]:
    """A new run at work, or `run` again."""
    with connected(conninfo) as session, told(session):
        groups.prepare(session)
        ledger.make(session)
        row = (run,) if run else session.execute(RUN).fetchone()
        assert row is not None
        lookout = Lookout(session)
        with lookout.on_duty():
            yield Work(
                session, Ledger(session), row[0], Plan(made_for="", leads_to="", version=0), terms, hears, lookout
            )


def done(conninfo: str, *statements: str) -> None:
    """By somebody else, all at once."""
    with psycopg.connect(conninfo) as session:
        for statement in statements:
            session.execute(statement.encode())


def asked(conninfo: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(question.encode()).fetchall()
