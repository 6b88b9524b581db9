"""Servers of our own: started when somebody needs one, gone with the last who did, however that one ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec
from psycopg.conninfo import make_conninfo

from seachange.errors import Unreachable
from seachange.postgres import cluster, keeper, lock
from seachange.postgres.account import account, environment, folder, reachable
from seachange.postgres.installation import Installation, installation, installations, program

__all__ = ["Installation", "Shared", "installation", "installations", "program", "running", "shared"]

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
SOCKET_PATH = 100
"""Bytes that the system lets the path of a socket have, and few to spare."""
PASSING = "seachange-server-"
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_logical_replication_workers": "0",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_locks_per_transaction": "512",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_min_error_statement": "panic",
}
"""Fast, since nothing in these servers has to outlive them; and no statement, which may hold a secret, is logged."""


@contextmanager
def running(installation: Installation) -> Iterator[str]:
    """The conninfo of a throwaway server, in memory where there is room."""
    _sweep()
    with _passing_folder() as folder:
        yield _serve(installation, folder, passing=True)


class Shared(msgspec.Struct, frozen=True):
    """A server in use: it runs on until every process that has `users` open is gone."""

    conninfo: str
    users: int


@contextmanager
def shared(installation: Installation, home: Path) -> Iterator[Shared]:
    """A server whose databases stay in `home`; whoever asks for the same `home` uses the same server."""
    _private(folder(home))
    with lock.held(home / "users", lock.TOGETHER) as users:
        with lock.held(home / "starting"):
            conninfo = _serve(installation, home, passing=False)
        yield Shared(conninfo, users.fileno())


@contextmanager
def _passing_folder() -> Iterator[Path]:
    """A folder that lives while its lock is held.  It takes a name that others sweep only when it is locked."""
    folder = Path(tempfile.mkdtemp(prefix=f"new-{PASSING}", dir=_roomy()))
    try:
        _private(folder)
        with lock.held(folder / "users", lock.TOGETHER):
            folder = folder.rename(folder.with_name(folder.name.removeprefix("new-")))
            yield folder
    finally:
        with suppress(FileNotFoundError), lock.held(folder / "held"):
            """Its keeper has ended."""
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what servers left whose keeper was killed as well."""
    for left in _roomy().glob(f"{PASSING}*"):
        with suppress(OSError):
            if (left / "users").exists() and lock.is_free(left / "users") and lock.is_free(left / "held"):
                shutil.rmtree(left)


def _roomy() -> Path:
    """Memory, or the folder for temporary files."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    usual = Path(tempfile.gettempdir())
    return usual if reachable(usual) else Path("/tmp")


def _private(folder: Path) -> None:
    """Whoever reaches a socket in `folder` is let in, so only the server's account may."""
    folder.chmod(0o700)
    account().own(folder)


def _serve(installation: Installation, folder: Path, *, passing: bool) -> str:
    """The conninfo of the server in `folder`, which is started if it does not run."""
    with suppress(BlockingIOError), lock.held(folder / "held", wait=False) as held:
        _lay_out(installation, folder)
        _start(installation, folder, held, passing=passing)
    return _conninfo((folder / "sockets").read_text())


def _lay_out(installation: Installation, folder: Path) -> None:
    """Data that a server did not leave in order is made anew: without fsync it cannot be trusted."""
    data, unclean = folder / "data", folder / "unclean"
    if unclean.exists() or not data.exists():
        unclean.touch()
        shutil.rmtree(data, ignore_errors=True)
        cluster.fill(data, installation)
    unclean.touch()
    (folder / "sockets").write_text(str(_sockets(folder)))


def _sockets(folder: Path) -> Path:
    """`folder`, or one with a path short enough for a socket."""
    if len(bytes(folder / ".s.PGSQL.5432")) <= SOCKET_PATH:
        return folder
    short = Path(tempfile.mkdtemp(prefix="seachange-socket-", dir="/tmp"))
    _private(short)
    return short


def _start(installation: Installation, folder: Path, held: IO[bytes], *, passing: bool) -> None:
    """Returns when it takes connections.  The lock on `held` goes over to the server and its keeper."""
    who, sockets = account(), (folder / "sockets").read_text()
    settings = [f"--{name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": sockets}.items()]
    order = keeper.Order(
        folder=str(folder),
        sockets=sockets,
        command=[str(cluster.programs(installation) / "postgres"), "-D", str(folder / "data"), *settings],
        user=who.user,
        group=who.group,
        held=held.fileno(),
        passing=passing,
    )
    with (folder / "log").open("w+b") as log:
        if _keep(order, log):
            log.seek(0)
            raise Unreachable(
                f"PostgreSQL {installation.version} of {installation.bin} does not start.",
                hint=log.read().decode(errors="replace").strip(),
            )


def _keep(order: keeper.Order, log: IO[bytes]) -> int:
    """Run by its path, without site packages and in a session of its own: it starts fast and hears no Ctrl-C."""
    return subprocess.run(
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
        pass_fds=(order["held"],),
        env=environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        check=False,
    ).returncode


def _conninfo(sockets: str) -> str:
    """All that the environment could otherwise say is said: PGHOSTADDR alone would lead to another server."""
    return make_conninfo(
        host=sockets,
        hostaddr="",
        port=5432,
        user="postgres",
        dbname="postgres",
        options="",
        target_session_attrs="any",
        sslmode="disable",
        gssencmode="disable",
        channel_binding="prefer",
    )
