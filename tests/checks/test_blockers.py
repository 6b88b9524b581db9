"""Who is in the way of a script: asked on real servers, with others at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import psycopg
import pytest

from seachange.checks import Known, Told, advised, looked_at
from seachange.checks.around import State
from seachange.checks.world import World
from seachange.postgres import server as servers
from seachange.postgres.extract import extract
from seachange.sql.migration import taken_apart
from tests.apply.standby import pair
from tests.plugins.servers import Server
from tests.postgres.processes import eventually

SCHEMA = "CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE quiet (id bigint); INSERT INTO orders VALUES (1)"
ADD_COLUMN = "ALTER TABLE orders ADD COLUMN state text"
TAKE_TIME = """
ALTER TABLE orders SET (
  autovacuum_enabled = false, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
"""
"""And be vacuumed for no other reason."""
USE_UP = """
DO $$
BEGIN
  FOR i IN 1..110000 LOOP
    PERFORM pg_current_xact_id();
    COMMIT;
  END LOOP;
END
$$
"""
LONG, IDLE = "blocker-long-transaction", "blocker-idle-in-transaction"
PREPARED, VACUUM, STANDBY = "blocker-prepared-transaction", "blocker-antiwraparound-vacuum", "standby-conflict"


@contextmanager
def _session(conninfo: str, *statements: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())
        yield session


def _answers(session: psycopg.Connection[tuple[object, ...]], told: Iterator[Told]) -> list[tuple[object, ...]]:
    questions = [one.remark.asks for one in told if one.remark.asks]
    return [row for question in questions for row in session.execute(question.sql.encode()).fetchall()]


def _asked(conninfo: str, script: str, check: str) -> list[tuple[object, ...]]:
    """What is in the way of a script."""
    with _session(conninfo) as session:
        known = Known(World(extract(session)), session.info.server_version)
        return _answers(session, looked_at([taken_apart(script.encode(), "case.sql")], known, {check}))


def _advised(conninfo: str, check: str) -> list[tuple[object, ...]]:
    """What is in the way, whatever comes."""
    with _session(conninfo) as session:
        return _answers(session, advised(State(extract(session), version=session.info.server_version), {check}))


def test_idle_in_transaction(database: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seachange.checks.locking.blocker_idle_in_transaction.STANDING", 0)
    with _session(database, SCHEMA), _session(database, "BEGIN", "SELECT FROM orders") as idle:
        ((about, message),) = _asked(database, ADD_COLUMN, IDLE)
        assert about == "orders"
        assert f"Process {idle.info.backend_pid} " in str(message)
        assert not _asked(database, "ALTER TABLE quiet ADD COLUMN state text", IDLE)
        assert not _asked(database, ADD_COLUMN, LONG)
        assert len(_advised(database, IDLE)) == 1


def test_weak_lock_waits_for_no_reader(database: str, server: Server) -> None:
    with _session(database, SCHEMA), _session(database, "BEGIN", "SELECT FROM orders"):
        assert not _asked(database, "COMMENT ON TABLE orders IS 'What was bought'", IDLE)
        assert not _asked(database, "CREATE INDEX ON orders (id)", IDLE)
    with _session(database), _session(database, "BEGIN", "INSERT INTO orders VALUES (2)"):
        assert _asked(database, "CREATE INDEX ON orders (id)", IDLE)


@pytest.mark.newest
def test_long_transaction(database: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LONG", "STANDING"):
        monkeypatch.setattr(f"seachange.checks.locking.blocker_long_transaction.{name}", 0)
    with _session(database, SCHEMA), _session(database, "BEGIN", "SELECT FROM orders") as busy:
        sleeper = Thread(target=_sleep, args=(busy,))
        sleeper.start()
        eventually(lambda: bool(_asked(database, ADD_COLUMN, LONG)))
        assert not _asked(database, "ALTER TABLE quiet ADD COLUMN state text", LONG)
        assert _asked(database, "CREATE INDEX CONCURRENTLY quiet_id ON quiet (id)", LONG)
        assert len(_advised(database, LONG)) == 1
        busy.cancel_safe()
        sleeper.join()


def _sleep(session: psycopg.Connection[tuple[object, ...]]) -> None:
    with suppress(psycopg.errors.QueryCanceled):
        session.execute("SELECT pg_sleep(60)")


def test_nothing_is_asked_of_a_script_that_locks_nothing(database: str, server: Server) -> None:
    with _session(database, SCHEMA), _session(database, "BEGIN", "SELECT FROM orders"):
        assert not _asked(database, "SELECT FROM orders", IDLE)


@pytest.mark.newest
def test_prepared_transaction(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(servers.SETTINGS, "max_prepared_transactions", "2")
    monkeypatch.setattr("seachange.checks.locking.blocker_prepared_transaction.STANDING", 0)
    prepare = ("BEGIN", "INSERT INTO orders VALUES (2)", "PREPARE TRANSACTION 'left'")
    with servers.running(server.installation) as conninfo, _session(conninfo, SCHEMA, *prepare):
        ((about, message),) = _asked(conninfo, ADD_COLUMN, PREPARED)
        assert about == "orders"
        assert "'left'" in str(message)
        assert not _asked(conninfo, "ALTER TABLE quiet ADD COLUMN state text", PREPARED)
        assert len(_advised(conninfo, PREPARED)) == 1


@pytest.mark.newest
def test_standby(server: Server) -> None:
    with pair(server.installation) as (primary, _), _session(primary, SCHEMA):
        ((about, message),) = _asked(primary, ADD_COLUMN, STANDBY)
        assert about == "behind"
        assert "orders" not in str(message)
        assert not _asked(primary, "CREATE INDEX ON orders (id)", STANDBY)


@pytest.mark.newest
def test_vacuum_against_wraparound(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Transaction numbers are used up until the table has to be vacuumed, which is told to take its time."""
    settings = {"autovacuum": "on", "autovacuum_naptime": "1s", "autovacuum_freeze_max_age": "100000"}
    for name, value in settings.items():
        monkeypatch.setitem(servers.SETTINGS, name, value)
    rows = "INSERT INTO orders SELECT generate_series(2, 200000)"
    with servers.running(server.installation) as conninfo, _session(conninfo, SCHEMA, TAKE_TIME, rows, USE_UP):
        eventually(lambda: bool(_asked(conninfo, ADD_COLUMN, VACUUM)), within=60)
        ((about, _),) = _asked(conninfo, ADD_COLUMN, VACUUM)
        assert about == "orders"
