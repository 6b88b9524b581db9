"""Servers of our own: started as an unprivileged account, shared by whoever asks, gone with the last of them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from seachange.errors import Unreachable
from seachange.postgres import account, installation, lock
from seachange.postgres import server as servers
from seachange.postgres.installation import Installation
from tests.plugins.servers import Server
from tests.postgres.processes import eventually, killed, process

RUN = """
chosen = Installation(Path(sys.argv[1]), sys.argv[2], 0, "test")
with server.running(chosen) as conninfo:
    stay(conninfo)
"""
SHARE = """
chosen = Installation(Path(sys.argv[1]), sys.argv[2], 0, "test")
with server.shared(chosen, Path(sys.argv[3])) as shared:
    stay(shared.conninfo)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """For a server that is shared: pytest's own temporary folders let only root in."""
    path = Path(tempfile.mkdtemp(dir="/tmp"))
    path.chmod(0o755)
    yield path / "home"
    for held in path.rglob("held"):
        with lock.held(held):
            pass  # the keeper has ended
    shutil.rmtree(path)


@pytest.fixture
def chosen(server: Server) -> Installation:
    return server.installation


def folder(conninfo: str) -> Path:
    return Path(str(conninfo_to_dict(conninfo)["host"]))


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_version_starts(server: Server) -> None:
    with psycopg.connect(server.conninfo) as session:
        assert session.info.server_version // 10000 == server.major


@pytest.mark.newest
def test_nothing_is_left_of_a_server(chosen: Installation) -> None:
    with servers.running(chosen) as conninfo:
        pid = postmaster(folder(conninfo))
    assert not folder(conninfo).exists()
    assert not is_running(pid)


@pytest.mark.newest
def test_nothing_is_left_after_a_failure(chosen: Installation) -> None:
    with pytest.raises(ZeroDivisionError), servers.running(chosen) as conninfo:
        raise ZeroDivisionError
    assert not folder(conninfo).exists()


@pytest.mark.newest
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_we_are_killed(chosen: Installation, by: signal.Signals) -> None:
    with process(RUN, chosen.bin, chosen.version) as running:
        conninfo = running.word()
        pid = postmaster(folder(conninfo))
        running.end(by)
    eventually(lambda: not folder(conninfo).exists() and not is_running(pid))


@pytest.mark.newest
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_server_ends_with_its_keeper_and_the_next_sweeps_up(chosen: Installation) -> None:
    with process(RUN, chosen.bin, chosen.version) as running:
        conninfo = running.word()
        pid = postmaster(folder(conninfo))
        keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        running.end()
    eventually(lambda: not is_running(pid))
    with servers.running(chosen):
        assert not folder(conninfo).exists()


@pytest.mark.newest
def test_a_sweep_leaves_running_servers_alone(chosen: Installation, server: Server) -> None:
    with servers.running(chosen), servers.running(chosen):
        psycopg.connect(server.conninfo).close()


@pytest.mark.newest
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PGHOSTADDR", "192.0.2.1"),
        ("PGOPTIONS", "-c search_path=elsewhere"),
        ("PGTARGETSESSIONATTRS", "standby"),
        ("PGCHANNELBINDING", "require"),
        ("PGDATABASE", "elsewhere"),
        ("PGDATA", "/nonexistent"),
        ("PGPORT", "1"),
    ],
)
def test_the_environment_leads_nowhere_else(
    chosen: Installation, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with servers.running(chosen) as conninfo, psycopg.connect(conninfo) as session:
        assert session.execute("show search_path").fetchone() == ('"$user", public',)


@pytest.mark.newest
def test_a_shared_server_runs_until_its_last_user_is_gone(chosen: Installation, home: Path) -> None:
    with servers.shared(chosen, home) as first:
        pid = postmaster(home)
        with process(SHARE, chosen.bin, chosen.version, home) as other:
            assert other.word() == first.conninfo
            other.end()
        with psycopg.connect(first.conninfo) as session:
            session.execute("select")
    eventually(lambda: not is_running(pid))


@pytest.mark.newest
def test_who_starts_a_shared_server_may_leave_first(chosen: Installation, home: Path) -> None:
    with process(SHARE, chosen.bin, chosen.version, home) as starter:
        starter.word()
        pid = postmaster(home)
        with servers.shared(chosen, home) as second:
            starter.end()
            with psycopg.connect(second.conninfo) as session:
                session.execute("select")
            assert postmaster(home) == pid
    eventually(lambda: not is_running(pid))


@pytest.mark.newest
def test_a_shared_server_comes_back_at_once(chosen: Installation, home: Path) -> None:
    """Whoever comes while it stops waits for that, and starts it again."""
    for count in range(5):
        with servers.shared(chosen, home) as shared, psycopg.connect(shared.conninfo, autocommit=True) as session:
            session.execute(f"create database kept_{count}")
    with servers.shared(chosen, home) as shared, psycopg.connect(shared.conninfo) as session:
        assert session.execute("select count(*) from pg_database where datname like 'kept%'").fetchone() == (5,)


@pytest.mark.newest
def test_what_a_crash_left_is_made_anew(chosen: Installation, home: Path) -> None:
    killed(SHARE, chosen.bin, chosen.version, home)
    eventually(lambda: not (home / "unclean").exists())
    (home / "unclean").touch()
    shutil.rmtree(home / "data" / "base")
    with servers.shared(chosen, home) as shared, psycopg.connect(shared.conninfo) as session:
        session.execute("select")


@pytest.mark.newest
def test_a_path_too_long_for_a_socket(chosen: Installation, home: Path) -> None:
    far = home / ("long" * 30)
    with servers.shared(chosen, far) as shared:
        psycopg.connect(shared.conninfo).close()
        assert folder(shared.conninfo) != far
    eventually(lambda: not folder(shared.conninfo).exists())


@pytest.mark.newest
def test_a_server_that_does_not_start_says_why(chosen: Installation, home: Path) -> None:
    broken = home.parent / "package" / "bin"
    broken.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (broken / name).write_text("#!/bin/sh\necho this server is broken >&2; exit 1\n")
        (broken / name).chmod(0o755)
    with pytest.raises(Unreachable, match="this server is broken"), servers.running(Installation(broken, "0", 0, "x")):
        pass


@pytest.mark.newest
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can go where the server's account cannot")
def test_programs_that_the_account_cannot_reach(
    chosen: Installation, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    hidden = home.parent / "hidden"
    shutil.copytree(chosen.bin.parent, hidden / "lib" / "install", symlinks=True)
    hidden.chmod(0o700)
    there = Installation(hidden / "lib" / "install" / "bin", chosen.version, chosen.major, "x")
    assert not account.reachable(there.bin)
    with servers.running(there) as conninfo:
        psycopg.connect(conninfo).close()


@pytest.mark.newest
def test_installations_come_newest_first(chosen: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(installation.EXTRA, str(chosen.bin.parent))
    found = installation.installations()
    assert chosen.bin in {one.bin for one in found}
    assert [one.major for one in found] == sorted((one.major for one in found), reverse=True)


def test_a_version_that_is_not_here() -> None:
    with pytest.raises(Unreachable, match="no PostgreSQL 99"):
        installation.installation(99)


def test_a_program_comes_from_who_has_it() -> None:
    psql = installation.program("psql")
    assert psql.name == "psql"
    assert psql.exists()
    with pytest.raises(Unreachable, match="no psql of PostgreSQL 99"):
        installation.program("psql", at_least=99)
    with pytest.raises(Unreachable, match="no pg_nothing"):
        installation.program("pg_nothing")
