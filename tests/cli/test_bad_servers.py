"""Servers that cannot be had, or that do not answer: what the program says, and with which exit code."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from seachange.postgres.server import running
from tests.plugins.program import NEEDS, PLAIN, SECRET, Program
from tests.plugins.servers import Server
from tests.postgres.processes import eventually
from tests.servers import TOO_OLD, too_old

Ask = Callable[..., list[tuple[Any, ...]]]
VERBS = ("snapshot", "doctor", "compare", "drift")
HOLD = "begin; lock table pg_catalog.pg_policy, pg_catalog.pg_available_extensions in access exclusive mode"
"""Whoever reads a catalog has to wait then, and whoever looks around."""
WAITING = "select pid from pg_stat_activity where application_name = 'seachange' and wait_event_type = 'Lock'"


@pytest.fixture
def taken(program: Program, tmp_path: Path) -> str:
    """A snapshot of the empty database."""
    path = tmp_path / "taken.snapshot"
    assert program("snapshot", program.address(), "-o", path).returncode == 0
    return str(path)


def command(verb: str, source: str, snapshot: str) -> list[str]:
    """The command line that has `verb` read `source`."""
    second = {"compare": [source], "drift": [snapshot]}
    return [verb, source, *second.get(verb, [])]


@pytest.mark.parametrize(
    ("source", "said", "advice"),
    [
        (f"postgresql://u:{SECRET}@127.0.0.1:1/shop", "127.0.0.1:1/shop: connection to server", "Check host and port"),
        (f"postgresql://u:{SECRET}@/shop?host=/no/where", "No such file or directory", "Check host and port"),
        (f"postgresql://u:{SECRET}@nowhere.invalid/shop", "nowhere.invalid/shop: failed to resolve", "Check host"),
        (f"service=nowhere password='{PLAIN}'", "service nowhere: definition of service", "PGSERVICEFILE"),
    ],
)
def test_a_server_that_is_not_there(program: Program, source: str, said: str, advice: str) -> None:
    for verb in ("doctor", "compare"):
        told = program.refused(6, *command(verb, source, ""))
        assert said in told.splitlines()[0]
        assert advice in told


@pytest.mark.parametrize(
    ("who", "said", "advice"),
    [
        ((f"guest:{SECRET}x", "shop"), 'password authentication failed for user "guest"', "PGPASSWORD"),
        (("guest", "shop"), "no password supplied", "PGPASSWORD"),
        (("nobody", "shop"), 'role "nobody" does not exist', "a role that is there"),
        (("poor", "nowhere"), 'database "nowhere" does not exist', "Create the database"),
    ],
)
def test_a_server_that_lets_nobody_in(
    program: Program, taken: str, who: tuple[str, str], said: str, advice: str
) -> None:
    for verb in ("doctor", "drift"):
        told = program.refused(6, *command(verb, program.address(*who), taken))
        assert said in told.splitlines()[0]
        assert advice in told


@pytest.mark.parametrize("source", ["postgresql://u:top%zz@h/d", f"host=a password={PLAIN}", "host=a pasword=t0p"])
def test_an_address_that_is_none_is_not_repeated(program: Program, source: str, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create table t ()")
    for arguments in (("doctor", source), ("snapshot", source), ("snapshot", tmp_path / "a.sql", "--scratch", source)):
        told = program.refused(2, *arguments)
        assert "is not one that libpq understands" in told
        assert "t0p" not in told
        assert "top" not in told


def test_a_password_is_nowhere_in_what_is_written(program: Program, tmp_path: Path) -> None:
    source = program.address(f"guest:{SECRET}")
    for ending in ("html", "md", "json"):
        assert program("compare", source, source, "-o", tmp_path / f"a.{ending}").returncode == 0
    assert program("doctor", source, "-o", tmp_path / "doctor.html").returncode == 0
    assert program("snapshot", source, "-o", tmp_path / "a.snapshot").returncode == 0
    assert program("drift", source, tmp_path / "a.snapshot", "-o", tmp_path / "drift.html").returncode == 0
    written = [path.read_text() for path in tmp_path.iterdir()]
    assert len(written) == 6
    assert not any(word in text for text in written for word in (SECRET, PLAIN))


def test_a_server_without_a_place_left(program: Program, shop: Ask) -> None:
    shop("alter role poor connection limit 1")
    with psycopg.connect(program.address("poor")):
        told = program.refused(6, "snapshot", program.address("poor"))
    shop("alter role poor connection limit -1")
    assert "too many connections" in told
    assert "Wait until there are fewer connections" in told


def test_a_database_that_the_role_may_not_enter(program: Program, shop: Ask) -> None:
    shop("revoke connect on database shop from public")
    told = program.refused(6, "snapshot", program.address("poor"))
    shop("grant connect on database shop to public")
    assert 'permission denied for database "shop"' in told
    assert "GRANT CONNECT" in told


def test_a_server_that_is_too_old(program: Program, tmp_path: Path) -> None:
    if not (installation := too_old()):
        pytest.skip(f"{NEEDS} PostgreSQL {TOO_OLD}")
    (tmp_path / "a.sql").write_text("create table t ()")
    with running(installation) as old:
        for arguments in (("compare", old, program.address()), ("doctor", old), ("snapshot", old)):
            told = program.refused(3, *arguments)
            assert f"is PostgreSQL {TOO_OLD}" in told
            assert "seachange works with 14 and later" in told
        assert f"is PostgreSQL {TOO_OLD}" in program.refused(3, "snapshot", tmp_path / "a.sql", "--scratch", old)
        with psycopg.connect(old) as session:
            assert session.execute("select count(*) from pg_database").fetchone() == (3,)


@pytest.mark.parametrize("catalog", ["pg_proc", "pg_class", "pg_database"])
def test_a_catalog_that_the_role_may_not_read(program: Program, shop: Ask, taken: str, catalog: str) -> None:
    shop(f"revoke select on {catalog} from public")
    told = {program.refused(3, *command(verb, program.address("poor"), taken)) for verb in ("snapshot", "drift")}
    shop(f"grant select on {catalog} to public")
    assert all(f"permission denied for table {catalog}" in one for one in told)
    assert all("Connect as a role that may read the catalogs" in one for one in told)


def test_no_version_reads_on_without_a_right(program: Program, database: str, role: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(SQL("create role {} login").format(Identifier(role)))
        source = make_conninfo(database, user=role)
        session.execute("revoke select on pg_catalog.pg_proc from public")
    assert "permission denied for table pg_proc" in program.refused(3, "snapshot", source)
    assert "no: not pg_proc" in program("doctor", source).stdout


def test_a_role_without_time(program: Program, taken: str) -> None:
    """Its statement_timeout is not meant for the reading of catalogs."""
    source = program.address("hasty")
    for verb in ("snapshot", "drift"):
        told = program(*command(verb, source, taken))
        assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(("mode", "code"), [("transaction", 3), ("statement", 3), ("session", 0)])
def test_a_pooler(program: Program, pooler: Callable[[str], str], mode: str, code: int) -> None:
    source = pooler(mode)
    beside = ("compare", "run:true", source, "--scratch", "beside")
    for arguments in (command("compare", source, ""), beside):
        if code:
            told = program.refused(code, *arguments)
            assert "is a connection pooler in transaction mode" in told
            assert "or the pooler's session mode" in told
        else:
            assert program(*arguments).returncode == code


@pytest.mark.parametrize("verb", VERBS)
def test_a_session_that_the_server_ends(program: Program, shop: Ask, taken: str, verb: str) -> None:
    shop(HOLD)
    with program.start(*command(verb, program.address(), taken)) as reading:
        with psycopg.connect(program.server, autocommit=True) as session:
            eventually(lambda: session.execute(WAITING).fetchone() is not None)
            session.execute(f"select pg_terminate_backend(pid) from ({WAITING}) waiting")
        out, err = reading.communicate(timeout=20)
    shop("rollback")
    assert (reading.returncode, out) == (6, "")
    assert "terminating connection due to administrator command" in err
    assert "Try again" in err


@pytest.mark.newest
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_server_that_dies_while_it_is_read(
    program: Program, server: Server, by: signal.Signals, tmp_path: Path
) -> None:
    with running(server.installation) as dying:
        holder = psycopg.connect(dying, autocommit=True)
        holder.execute(HOLD.encode())
        with program.start("snapshot", dying, "-o", tmp_path / "a.snapshot") as reading:
            with psycopg.connect(dying, autocommit=True) as session:
                eventually(lambda: session.execute(WAITING).fetchone() is not None)
            pidfile = Path(str(conninfo_to_dict(dying)["host"]), "data", "postmaster.pid")
            os.kill(int(pidfile.read_text().splitlines()[0]), by)
            out, err = reading.communicate(timeout=20)
        holder.close()
    assert (reading.returncode, out) == (6, "")
    assert err.startswith("seachange: ")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
