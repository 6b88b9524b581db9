"""How far a long statement is can be seen, and looking at it never does harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

import psycopg
import pytest

from seachange.postgres import lookout
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Why
from seachange.postgres.lookout import Lookout, Seen, Session
from tests.apply.running import Heard, done
from tests.postgres.processes import eventually


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "EVERY"):
        monkeypatch.setattr(lookout, name, 0.01)


@contextmanager
def watched(conninfo: str, heard: Heard) -> Iterator[tuple[Session, Seen]]:
    """A session whose statements are watched, and what is seen."""
    with connected(conninfo) as session, Lookout(session).on_duty() as looking:
        tell = partial(heard.waits, 1, Why.SNAPSHOT)
        with looking.watching(tell, partial(heard.progresses, 1)) as seen:
            yield session, seen


def test_a_concurrent_build_tells_its_phases_and_for_whom_it_waits(database: str) -> None:
    done(database, "create table t (id int); insert into t select generate_series(1, 1000)")
    heard = Heard()
    with psycopg.connect(database, application_name="the other") as other:
        other.execute("update t set id = 0 where id = 1")

        def end() -> None:
            eventually(lambda: any(phase.startswith("waiting") for phase, _, _ in heard.progress))
            other.rollback()

        ending = Thread(target=end)
        ending.start()
        with watched(database, heard) as (session, seen):
            session.execute("create index concurrently on t (id)")
        ending.join()
    assert ("waiting for writers before build", 0, 1) in heard.progress
    assert {blocker.application for blocker in seen.blockers.values()} == {"the other"}


SLOW = """
create function slow(int) returns int language plpgsql immutable as $$
begin
  perform pg_catalog.pg_sleep(0.001);
  return $1;
end $$
"""


@pytest.mark.newest
@pytest.mark.parametrize(
    ("statement", "phase"),
    [
        ("create index on t (slow(id))", "building index: scanning table"),
        ("create index concurrently on t (slow(id))", "building index: scanning table"),
        ("reindex index sorted", "building index: scanning table"),
        ("cluster t using sorted", "rebuilding index"),
        ("vacuum (full) t", "rebuilding index"),
        ("analyze t", "computing statistics"),
    ],
)
def test_what_takes_long_tells_how_far_it_is(database: str, statement: str, phase: str) -> None:
    done(database, "create table t (id int); insert into t select generate_series(1, 200)")
    done(database, SLOW)
    done(database, "create index sorted on t (slow(id))")
    heard = Heard()
    with watched(database, heard) as (session, seen):
        session.execute(statement.encode())
    assert phase in {phase for phase, _, _ in heard.progress}
    assert all(0 <= done <= max(of, done) for _, done, of in heard.progress)
    assert seen.blockers == {}


@pytest.mark.newest
def test_where_looking_fails_the_statement_goes_on(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(session: object) -> None:
        tried.append(session)
        raise psycopg.OperationalError("too many clients already")

    monkeypatch.setattr(lookout, "another", refused)
    with watched(database, Heard()) as (session, _):
        eventually(lambda: bool(tried))
        assert session.execute("select 1").fetchone() == (1,)


@pytest.mark.newest
def test_who_fails_to_hear_does_not_stop_it(database: str) -> None:
    class Deaf(Heard):
        tried = False

        def progresses(self, number: int, phase: str, done: int, of: int) -> None:
            self.tried = True
            raise BrokenPipeError

    done(database, SLOW, "create table t (id int); insert into t select generate_series(1, 200)")
    deaf = Deaf()
    with watched(database, deaf) as (session, _):
        session.execute("create index on t (slow(id))")
    assert deaf.tried
