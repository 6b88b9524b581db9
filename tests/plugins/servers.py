"""Servers, databases and roles for tests.

`server` runs a test on every version; `@pytest.mark.versions(min=15, max=17)` on some, `@pytest.mark.newest` on one.
`database`, `databases`, `scratch` and `role` are on that server.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from seachange.postgres.installation import Installation
from seachange.postgres.scratch import Scratch, on
from seachange.postgres.server import running
from tests.servers import MAJORS, all_required, found

MARKERS = (
    "versions(min=14, max=18): run only on these major versions of PostgreSQL",
    "newest: run on one version of PostgreSQL only, the newest there is",
)
ABSENT = "is not on this machine"


class Server(msgspec.Struct, frozen=True):
    """A running server of the tests."""

    major: int
    conninfo: str
    installation: Installation


class Servers:
    """Those of this run: started by one process, when they are first needed."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.running: dict[int, Server] = {}

    @cached_property
    def found(self) -> dict[int, Installation]:
        return found()

    def start(self, major: int) -> Server:
        if major not in self.running:
            installation = self.found[major]
            conninfo = self.stack.enter_context(running(installation))
            self.running[major] = Server(major, conninfo, installation)
        return self.running[major]

    def start_all(self) -> dict[int, Server]:
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.start, self.found))
        return self.running


class Handed(Servers):
    """Those of the run that a worker has part in."""

    def __init__(self, running: bytes) -> None:
        super().__init__()
        self.running = msgspec.json.decode(running, type=dict[int, Server], dec_hook=lambda type, text: type(text))

    @cached_property
    def found(self) -> dict[int, Installation]:
        return {major: server.installation for major, server in self.running.items()}


SERVERS = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    handed: dict[str, Any] | None = getattr(config, "workerinput", None)
    servers = config.stash[SERVERS] = Handed(handed["servers"]) if handed else Servers()
    if all_required() and (missing := _missing(servers)):
        raise pytest.UsageError(f"CI needs every PostgreSQL; missing: {missing}. Run python -m tests.servers.")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist calls this in the process that leads, for each worker."""
    node.workerinput["servers"] = msgspec.json.encode(node.config.stash[SERVERS].start_all(), enc_hook=str)


def pytest_unconfigure(config: pytest.Config) -> None:
    if servers := config.stash.get(SERVERS, None):
        servers.stack.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    for major in _missing(config.stash[SERVERS]):
        absence = f"PostgreSQL {major} {ABSENT}"
        skipped = sum(absence in reason for reason in reasons)
        terminalreporter.write_line(f"{absence}: {skipped} tests skipped", yellow=True)


def _missing(servers: Servers) -> list[int]:
    return [major for major in MAJORS if major not in servers.found]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        majors = _wanted(metafunc.definition, metafunc.config.stash[SERVERS])
        metafunc.parametrize("server", majors, indirect=True, ids=[f"pg{major}" for major in majors], scope="session")


def _wanted(test: pytest.Item, servers: Servers) -> list[int]:
    marker = test.get_closest_marker("versions")
    bounds = marker.kwargs if marker else {}
    majors = [major for major in MAJORS if bounds.get("min", 0) <= major <= bounds.get("max", major)]
    if test.get_closest_marker("newest"):
        return [major for major in majors if major in servers.found][-1:] or majors[-1:]
    return majors


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """A server of the version that the test is run for."""
    servers = request.config.stash[SERVERS]
    if request.param not in servers.found:
        pytest.skip(f"PostgreSQL {request.param} {ABSENT}")
    return servers.start(request.param)


@pytest.fixture(scope="session")
def scratches() -> Iterator[Callable[[Server], Scratch]]:
    """The place for scratch databases on a server, opened once."""
    opened: dict[Server, Scratch] = {}
    with ExitStack() as stack:

        def place(server: Server) -> Scratch:
            if server not in opened:
                opened[server] = stack.enter_context(on(server.conninfo))
            return opened[server]

        yield place


@pytest.fixture
def scratch(server: Server, scratches: Callable[[Server], Scratch]) -> Scratch:
    """Where databases are made for a test; `filled` and `clone` keep what they made for the whole run."""
    return scratches(server)


@pytest.fixture
def roles(server: Server) -> Iterator[Callable[[], str]]:
    """Gives names for roles that no other test has, and drops the roles that the test made of them."""
    names: list[str] = []

    def give() -> str:
        names.append(f"role_{secrets.token_hex(4)}")
        return names[-1]

    yield give
    with psycopg.connect(server.conninfo, autocommit=True) as session:
        for name in reversed(names):
            session.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(name)))


@pytest.fixture
def role(roles: Callable[[], str]) -> str:
    """The name of a role that the test may make."""
    return roles()


@pytest.fixture
def databases(scratch: Scratch, roles: Callable[[], str]) -> Iterator[Callable[[int], tuple[str, ...]]]:
    """Gives that many new databases; they are dropped before the roles that own things in them."""
    with ExitStack() as stack:
        yield lambda count: tuple(stack.enter_context(scratch.empty()) for _ in range(count))


@pytest.fixture
def database(databases: Callable[[int], tuple[str, ...]]) -> str:
    """The conninfo of a new database."""
    return databases(1)[0]
