"""How far a long statement is can be seen, and looking at it never does harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest

from seachange.postgres import progress
from seachange.postgres.connection import backend, connected
from seachange.postgres.ledger import Why
from seachange.postgres.progress import watching
from tests.apply.running import Heard, done
from tests.postgres.processes import eventually


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.01)


@contextmanager
def meanwhile(conninfo: str, holding: str, until: object) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Somebody else has an open transaction until something is so."""
    with psycopg.connect(conninfo, application_name="the other") as other:
        other.execute(holding.encode())

        def end() -> None:
            eventually(until)  # type: ignore[arg-type]
            other.rollback()

        ending = Thread(target=end)
        ending.start()
        yield other
        ending.join()


def test_a_concurrent_build_tells_its_phases_and_for_whom_it_waits(database: str) -> None:
    done(database, "create table t (id int); insert into t select generate_series(1, 1000)")
    heard = Heard()
    with connected(database) as session, meanwhile(database, "update t set id = 0 where id = 1", lambda: heard.waiting):
        with watching(session, backend(session), 4, heard) as waits:
            session.execute("create index concurrently on t (id)")
        assert [wait.step for wait in waits] == [4], waits
    assert any(phase.startswith("waiting for") and of == 1 for phase, _, of in heard.progress)
    why, [blocker] = heard.waiting[0]
    assert (why, blocker.application, blocker.state) == (Why.SNAPSHOT, "the other", "idle in transaction")
    assert blocker.query == "update t set id = 0 where id = 1"
    assert heard.over == waits


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
    with connected(database) as session, watching(session, backend(session), 1, heard) as waits:
        session.execute(statement.encode())
    assert phase in {phase for phase, _, _ in heard.progress}
    assert all(0 <= done <= max(of, done) for _, done, of in heard.progress)
    assert waits == heard.waiting == []


@pytest.mark.newest
def test_what_is_done_soon_is_not_looked_at(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(session: object) -> None:
        raise AssertionError

    monkeypatch.setattr(progress, "INTERVAL", 60)
    monkeypatch.setattr(progress, "another", never)
    heard = Heard()
    with connected(database) as session, watching(session, backend(session), 1, heard):
        session.execute("select 1")
    assert heard.progress == []


@pytest.mark.newest
def test_where_looking_fails_the_statement_goes_on(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(session: object) -> None:
        tried.append(session)
        raise psycopg.OperationalError("too many clients already")

    monkeypatch.setattr(progress, "another", refused)
    with connected(database) as session, watching(session, backend(session), 1, Heard()):
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
    with connected(database) as session, watching(session, backend(session), 1, deaf):
        session.execute("create index on t (slow(id))")
    assert deaf.tried


@pytest.mark.newest
def test_a_failure_of_the_statement_is_the_callers(database: str) -> None:
    with (
        connected(database) as session,
        pytest.raises(psycopg.errors.UndefinedTable),
        watching(session, backend(session), 1, Heard()),
    ):
        session.execute("create index on nowhere (id)")
