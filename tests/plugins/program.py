"""The program as people run it, on a server and a cache of its own, where it must leave nothing behind."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from seachange.postgres import account, lock
from seachange.postgres import server as servers
from seachange.postgres.databases import SCRATCH
from seachange.postgres.installation import fitting
from tests.plugins.servers import SERVERS
from tests.postgres.processes import eventually

SECRET = "t0p%20secret"
"""A password as it stands in a URL."""
PLAIN = "t0p secret"
NEEDS = "needs"
"""How the reason begins why a test is skipped that this machine cannot run."""
MARK = "SEACHANGE_TEST_RUN"
HBA = "local all guest scram-sha-256\nlocal all all trust\n"
SETUP = (
    f"create role guest login password '{PLAIN}'",
    f"create role maker login createdb password '{PLAIN}'",
    "create role poor login",
    "create role hasty login createdb",
    "alter role hasty set statement_timeout = '20ms'",
    "create database shop",
)


class Program:
    """Runs seachange.

    `address` leads to an empty database on `server`, which nobody else uses; `local` is the server in its cache.
    """

    def __init__(self, server: str, local: str, cache: Path, temporary: Path) -> None:
        self.server = server
        self.local = local
        self.cache = cache
        self.temporary = temporary
        self._mark = secrets.token_hex(8)

    def address(self, role: str = "postgres", database: str = "shop") -> str:
        return f"postgresql://{role}@/{database}?host={conninfo_to_dict(self.server)['host']}"

    @contextmanager
    def start(self, *arguments: object, **options: Any) -> Iterator[subprocess.Popen[str]]:
        """Runs, at the longest as long as the test has use for it.

        `options` are Popen's; `env` adds to our environment, and `through` is a program that starts it.
        """
        ours = {MARK: self._mark, "XDG_CACHE_HOME": str(self.cache), "TMPDIR": str(self.temporary), "COLUMNS": "80"}
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        environment = {**os.environ, **ours, **options.pop("env", {})}
        command = [*options.pop("through", ()), sys.executable, "-m", "seachange", *map(str, arguments)]
        with subprocess.Popen(command, env=environment, **options) as running:
            try:
                yield running
            finally:
                running.kill()

    def __call__(self, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, **options) as running:
            out, err = running.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    def refused(self, code: int, *arguments: object, **options: Any) -> str:
        """What it says where it cannot do as told: what failed and what to do next, and nothing else anywhere."""
        told = self(*arguments, **options)
        assert told.returncode == code, told.stderr
        assert told.stdout == ""
        assert told.stderr.startswith("seachange: ")
        assert "seachange's own" not in told.stderr
        assert len(told.stderr.splitlines()) >= 2
        assert not any(word in told.stderr for word in ("Traceback", SECRET, PLAIN))
        return told.stderr

    def left(self) -> list[str]:
        """What is still there of all that ran: databases, processes, files."""
        databases = [*_scratch(self.server), *_scratch(self.local)]
        files = [str(path) for path in (*self.temporary.iterdir(), *self.cache.rglob("*.draft"))]
        return [*databases, *self._processes(), *files]

    def _processes(self) -> Iterator[str]:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended meanwhile, or is not ours to look at
                if f"{MARK}={self._mark}".encode() in (folder / "environ").read_bytes():
                    yield f"{folder.name}: {(folder / 'cmdline').read_bytes()!r}"


def _scratch(server: str) -> list[str]:
    with psycopg.connect(server) as session:
        found = session.execute("select datname from pg_database where starts_with(datname, %s)", [SCRATCH])
        return [str(name) for (name,) in found]


@pytest.fixture(scope="session")
def house(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A server, a cache whose own server is kept running, and a folder for temporary files."""
    found = request.config.stash[SERVERS].found
    with ExitStack() as stack:
        conninfo = stack.enter_context(servers.running(found[max(found)]))
        with psycopg.connect(conninfo, autocommit=True) as session:
            for statement in SETUP:
                session.execute(statement.encode())
            version = session.info.server_version
            Path(str(conninfo_to_dict(conninfo)["host"]), "data", "pg_hba.conf").write_text(HBA)
            session.execute("select pg_reload_conf()")
        cache, temporary = stack.enter_context(_folder()), stack.enter_context(_folder())
        temporary.chmod(0o777)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(cache))
            chosen = fitting(version, frozenset())
            local = stack.enter_context(servers.shared(chosen, account.cache() / "servers" / chosen.label))
        yield Program(conninfo, local.conninfo, cache, temporary)


@contextmanager
def _folder() -> Iterator[Path]:
    """Where every account can go.  The server of a cache has ended once its lock is free."""
    path = Path(tempfile.mkdtemp(prefix="seachange-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    for held in path.rglob("held"):
        with lock.held(held):
            pass
    shutil.rmtree(path)


@pytest.fixture
def program(house: Program) -> Iterator[Program]:
    """The program; whatever became of it, in the end nothing is left of it."""
    yield house
    eventually(lambda: not house.left())


@pytest.fixture
def shop(program: Program) -> Iterator[Callable[..., list[tuple[object, ...]]]]:
    """Asks a question as the superuser, in the database of `program.address()`."""
    with psycopg.connect(program.address(), autocommit=True) as session:

        def ask(question: str) -> list[tuple[object, ...]]:
            answer = session.execute(question.encode())
            return answer.fetchall() if answer.description else []

        yield ask


@pytest.fixture
def pooler(program: Program) -> Iterator[Callable[[str], str]]:
    """The address of a database behind a real pgbouncer in the mode that is asked for."""
    if not (bouncer := shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")):
        pytest.skip(f"{NEEDS} pgbouncer")
    who = account.account()
    with ExitStack() as stack:

        def behind(mode: str) -> str:
            folder = stack.enter_context(_folder())
            who.own(folder)
            (folder / "ini").write_text(_bouncer_settings(program.server, folder, mode))
            running = subprocess.Popen(
                [str(bouncer), "-q", str(folder / "ini")], user=who.user, group=who.group, extra_groups=who.groups
            )
            stack.callback(running.wait)
            stack.callback(running.kill)
            eventually(lambda: (folder / ".s.PGSQL.6432").exists())
            return f"postgresql://postgres@/shop?host={folder}&port=6432"

        yield behind


def _bouncer_settings(server: str, folder: Path, mode: str) -> str:
    return (
        f"[databases]\n* = host={conninfo_to_dict(server)['host']} user=postgres\n[pgbouncer]\nlisten_addr =\n"
        f"unix_socket_dir = {folder}\nlisten_port = 6432\nauth_type = any\npool_mode = {mode}\n"
        f"logfile = {folder}/log\npidfile = {folder}/pid\nignore_startup_parameters = options\n"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ()) if report.longrepr]
    reasons = [reason.removeprefix("Skipped: ") for reason in skipped]
    for reason in sorted({reason for reason in reasons if reason.startswith(NEEDS)}):
        terminalreporter.write_line(f"a test {reason}: {reasons.count(reason)} skipped", yellow=True)
