"""Scratch databases: made where they should be, kept where that helps, dropped whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from seachange.errors import NotPermitted, Unreachable
from seachange.postgres import databases, lock, templates
from seachange.postgres import scratch as scratches
from seachange.postgres import server as servers
from seachange.postgres.scratch import Scratch
from tests.plugins.servers import Server
from tests.postgres.processes import children, eventually, killed, process, runs

BESIDE = """
with scratch.beside(sys.argv[1]) as place, place.empty() as conninfo:
    stay(conninfo)
"""
CREATING = """
with scratch.beside(sys.argv[1]) as place:
    print(flush=True)
    while True:
        with place.empty():
            pass
"""
FILL = """
def fill(conninfo):
    with open(sys.argv[2], "a") as record:
        print("filled", file=record)
    time.sleep(0.3)

with scratch.on(sys.argv[1]) as place, place.filled(sys.argv[2], fill) as conninfo:
    stay(conninfo)
"""
HALF_FILLED = """
with scratch.local() as place, place.filled("half", stay):
    pass
"""
LOCAL = """
with scratch.local() as place, place.empty() as conninfo:
    stay(conninfo)
"""


def name_of(conninfo: str) -> str:
    return str(conninfo_to_dict(conninfo)["dbname"])


def watchdog() -> int:
    """Of this process; one of its other watchdogs may be that of the fixtures, which is older."""
    return children(os.getpid(), "watchdog.py")[-1]


def is_there(server: str, name: str) -> bool:
    with psycopg.connect(server) as session:
        return databases.exists(session, name)


def ours(server: str, prefix: str = databases.SCRATCH) -> list[str]:
    with psycopg.connect(server) as session:
        return [name for (name,) in session.execute("select datname from pg_database") if name.startswith(prefix)]


class Filling:
    """Content for a database, and how often it was asked for."""

    def __init__(self, *statements: str) -> None:
        self.statements = statements
        self.count = 0

    def __call__(self, conninfo: str) -> None:
        self.count += 1
        with psycopg.connect(conninfo) as session:
            for statement in self.statements:
                session.execute(statement)


@pytest.fixture
def own(server: Server) -> Iterator[str]:
    """A server of the test's own, on which nobody else makes databases."""
    with servers.running(server.installation) as conninfo:
        yield conninfo


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own, where the account of the servers can go."""
    path = Path(tempfile.mkdtemp(dir="/tmp"))
    path.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    yield path
    for held in path.rglob("held"):
        with lock.held(held):
            pass  # the keeper has ended
    shutil.rmtree(path)


def test_an_empty_database_is_dropped(scratch: Scratch, server: Server) -> None:
    with scratch.empty() as conninfo, psycopg.connect(conninfo) as session:
        session.execute("create table t ()")
        assert session.info.server_version == scratch.version
    assert not is_there(server.conninfo, name_of(conninfo))


@pytest.mark.newest
def test_a_database_in_use_is_dropped(scratch: Scratch, server: Server) -> None:
    with scratch.empty() as conninfo:
        session = psycopg.connect(conninfo)
    session.close()
    assert not is_there(server.conninfo, name_of(conninfo))


@pytest.mark.newest
def test_a_database_is_dropped_after_a_failure(scratch: Scratch, server: Server) -> None:
    with pytest.raises(KeyboardInterrupt), scratch.empty() as conninfo:
        raise KeyboardInterrupt
    assert not is_there(server.conninfo, name_of(conninfo))


def test_a_database_with_subscriptions_is_dropped(scratch: Scratch, server: Server) -> None:
    with scratch.empty() as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
        session.execute("create publication p for all tables")
        for number in range(2):
            session.execute(
                f"create subscription s{number} connection 'host=192.0.2.1' publication p "
                "with (connect = false, slot_name = taken)"
            )
    assert not is_there(server.conninfo, name_of(conninfo))


def test_content_is_made_once(scratch: Scratch, server: Server) -> None:
    fill = Filling("create table t as select 1 as a")
    for _ in range(2):
        with scratch.filled("made once", fill) as conninfo, psycopg.connect(conninfo) as session:
            assert session.execute("select a from t").fetchone() == (1,)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                session.execute("insert into t values (2)")
    assert fill.count == 1


def test_a_clone_may_be_written_to(scratch: Scratch, server: Server) -> None:
    fill = Filling("create table t (a int)")
    for _ in range(2):
        with scratch.clone("cloned", fill) as conninfo, psycopg.connect(conninfo) as session:
            session.execute("insert into t values (1)")
            assert session.execute("select count(*) from t").fetchone() == (1,)
    assert fill.count == 1
    assert not is_there(server.conninfo, name_of(conninfo))


@pytest.mark.newest
def test_what_is_being_read_is_cloned_too(scratch: Scratch) -> None:
    fill = Filling("create table t ()")
    with (
        scratch.filled("read and cloned", fill) as read,
        psycopg.connect(read) as reading,
        scratch.clone("read and cloned", fill) as written,
        psycopg.connect(written) as session,
    ):
        session.execute("drop table t")
        assert reading.execute("select to_regclass('t') is not null").fetchone() == (True,)


@pytest.mark.newest
def test_an_error_of_the_user_of_a_clone_is_his(scratch: Scratch) -> None:
    with pytest.raises(psycopg.errors.ObjectInUse), scratch.clone("raises", Filling()):
        raise psycopg.errors.ObjectInUse


@pytest.mark.newest
def test_a_fill_that_fails_leaves_nothing(scratch: Scratch, server: Server) -> None:
    with pytest.raises(psycopg.errors.SyntaxError), scratch.filled("bad", Filling("nonsense")):
        pass
    assert not is_there(server.conninfo, templates.name("bad"))
    with scratch.filled("bad", Filling("create table t ()")) as conninfo:
        assert name_of(conninfo) == templates.name("bad")


@pytest.mark.newest
def test_only_the_templates_used_last_are_kept(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratches, "KEPT", 3)
    with scratches.on(own) as place, place.filled("in use", Filling()):
        for key in ("first", "second", "third", "second", "fourth"):
            with place.filled(key, Filling()):
                pass
    kept = ("in use", "third", "second", "fourth")
    assert sorted(ours(own, templates.PREFIX)) == sorted(map(templates.name, kept))


@pytest.mark.newest
def test_of_processes_that_want_the_same_one_makes_it(server: Server, tmp_path: Path) -> None:
    record = tmp_path / "record"
    with ExitStack() as stack:
        started = [stack.enter_context(process(FILL, server.conninfo, record)) for _ in range(3)]
        names = {name_of(one.word()) for one in started}
    assert record.read_text() == "filled\n"
    assert len(names) == 1


@pytest.mark.newest
def test_who_waits_to_make_one_keeps_nobody_out(server: Server) -> None:
    """Else two who have one template each, and want that of the other, wait for ever."""
    shared = f"select pg_advisory_lock_shared(hashtextextended('{templates.name('wanted')}', 0))"
    made: list[str] = []
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        maker, other, user = (stack.enter_context(psycopg.connect(server.conninfo, autocommit=True)) for _ in range(3))
        user.execute(shared.encode())
        templates.prepare(maker)
        waiting = pool.submit(templates.hold, maker, templates.name("wanted"), lambda: made.append("once"))
        asked = "select query like '%%advisory_lock(%%' from pg_stat_activity where pid = %s"
        eventually(lambda: user.execute(asked, [maker.info.backend_pid]).fetchone() == (True,))
        other.execute("set lock_timeout = '5s'")
        other.execute(shared.encode())
        assert made == []
        other.close()
        user.close()
        waiting.result(timeout=20)
    assert made == ["once"]


@pytest.mark.newest
def test_templates_outlive_a_local_server(cache: Path) -> None:
    fill = Filling("create table t ()")
    for _ in range(2):
        with scratches.local() as place, place.filled("kept", fill) as conninfo, psycopg.connect(conninfo) as session:
            session.execute("table t")
    assert fill.count == 1


@pytest.mark.newest
def test_nothing_is_left_on_a_local_server_when_we_are_killed(cache: Path) -> None:
    conninfo = killed(LOCAL)
    (held,) = cache.rglob("held")
    with lock.held(held):
        assert not (held.parent / "data" / "postmaster.pid").exists()
    with scratches.local() as place:
        assert not is_there(place.conninfo, name_of(conninfo))


@pytest.mark.newest
def test_a_template_half_filled_is_not_taken_for_one(cache: Path) -> None:
    killed(HALF_FILLED)
    fill = Filling("create table t ()")
    with scratches.local() as place, place.filled("half", fill):
        assert ours(place.conninfo) == []
    assert fill.count == 1


def test_beside_the_target(server: Server, database: str, roles: Callable[[], str]) -> None:
    with psycopg.connect(database) as session:
        session.execute(SQL("create role {} login createdb").format(Identifier(role := roles())))
    target = make_conninfo(database, user=role)
    fill = Filling("create table t ()")
    with scratches.beside(target) as place:
        for _ in range(2):
            with place.filled("not kept", fill) as conninfo, place.clone("not kept", fill) as written:
                assert {is_there(server.conninfo, name_of(one)) for one in (conninfo, written)} == {True}
    assert {is_there(server.conninfo, name_of(one)) for one in (conninfo, written)} == {False}
    assert fill.count == 4


@pytest.mark.newest
def test_without_the_right_to_make_databases(database: str, roles: Callable[[], str]) -> None:
    with psycopg.connect(database) as session:
        session.execute(SQL("create role {} login").format(Identifier(role := roles())))
    with (
        scratches.beside(make_conninfo(database, user=role)) as place,
        pytest.raises(NotPermitted, match=f"Role {role} may not create databases") as refused,
        place.empty(),
    ):
        pass
    assert "CREATEDB" in refused.value.advice


@pytest.mark.newest
def test_a_server_that_is_not_there() -> None:
    with pytest.raises(Unreachable) as missing, scratches.named("host=/nonexistent user=u password=secret"):
        pass
    assert "secret" not in missing.value.message


@pytest.mark.newest
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_beside_when_we_are_killed(own: str, by: signal.Signals) -> None:
    name = name_of(killed(BESIDE, own, by=by))
    eventually(lambda: not is_there(own, name))


@pytest.mark.newest
@pytest.mark.parametrize("moment", [0.0, 0.003, 0.009, 0.02])
def test_nothing_is_left_of_a_database_being_made(own: str, moment: float) -> None:
    with process(CREATING, own) as running:
        running.word()
        time.sleep(moment)
        running.hold()
        watchdogs = running.children("watchdog.py")
        running.end()
    eventually(lambda: not any(map(runs, watchdogs)))
    assert ours(own) == []


@pytest.mark.newest
def test_a_session_that_is_not_over_is_waited_for(own: str) -> None:
    """It may be about to make the very database that is to be dropped, be it at work or not."""
    with psycopg.connect(own) as maker, ThreadPoolExecutor(1) as threads:
        dropping = threads.submit(databases.drop_left, own, databases.mark(maker), ["any"])
        maker.execute("select pg_sleep(0.5)")
        time.sleep(0.5)
        assert not dropping.done()
        maker.close()
        dropping.result(10)


@pytest.mark.newest
def test_a_pool_lets_go_of_a_session_that_it_keeps(own: str) -> None:
    """It forgets all that its last client did with it."""
    with psycopg.connect(own, autocommit=True) as pooled:
        mark = databases.mark(pooled)
        pooled.execute("discard all")
        databases.drop_left(own, mark, ["any"])


@pytest.mark.newest
def test_the_next_run_sweeps_what_a_watchdog_could_not(own: str) -> None:
    with psycopg.connect(own, autocommit=True) as session:
        left = databases.scratch_name(999_999_999)
        of_another_run = databases.scratch_name(session.info.backend_pid)
        of_the_user = f"{databases.SCRATCH}mine"
        for name in (left, of_another_run, of_the_user):
            databases.create(session, name)
        with scratches.named(own):
            assert sorted(ours(own)) == sorted((of_another_run, of_the_user))


@pytest.mark.newest
def test_a_sweep_leaves_what_is_in_use(own: str) -> None:
    with psycopg.connect(own, autocommit=True) as session:
        databases.create(session, name := databases.scratch_name(999_999_999))
        with psycopg.connect(make_conninfo(own, dbname=name)), scratches.named(own):
            assert ours(own) == [name]


@pytest.mark.newest
def test_nothing_is_said_of_a_database_that_could_be_read_as_its_content(scratch: Scratch) -> None:
    with scratch.empty() as empty, scratch.filled("bare", Filling()) as filled:
        for conninfo in (empty, filled):
            with psycopg.connect(conninfo) as session:
                assert (
                    session.execute(
                        "select from pg_shdescription join pg_database d on objoid = d.oid "
                        "where datname = current_database()"
                    ).fetchone()
                    is None
                )


@pytest.mark.newest
def test_a_watchdog_that_is_gone_stops_nobody(own: str) -> None:
    with scratches.named(own) as place:
        with place.empty():
            os.kill(watchdog(), signal.SIGKILL)
        with place.empty() as conninfo:
            assert is_there(own, name_of(conninfo))
    assert ours(own) == []
