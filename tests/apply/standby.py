"""A primary with a standby that streams from it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple
from unittest.mock import patch

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seachange.postgres import cluster, server
from seachange.postgres.account import account
from seachange.postgres.installation import Installation, program
from tests.postgres.processes import eventually

LOGGING = {**server.SETTINGS, "wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}


class Pair(NamedTuple):
    """Their conninfos."""

    primary: str
    standby: str


@contextmanager
def pair(installation: Installation) -> Iterator[Pair]:
    with ExitStack() as stack:
        with patch.object(server, "SETTINGS", LOGGING):
            primary = stack.enter_context(server.running(installation))
        home = Path(str(conninfo_to_dict(primary)["host"])) / "standby"
        log = stack.enter_context(home.with_suffix(".log").open("wb"))
        copy = (program("pg_basebackup", installation.major), "-R", "-c", "fast", "-D", home, "-d")
        assert _start((*copy, f"{primary} application_name=behind"), log).wait(60) == 0
        settings = {**LOGGING, "unix_socket_directories": str(home)}
        command = (cluster.programs(installation) / "postgres", "-D", home)
        running = _start((*command, *(f"--{name}={value}" for name, value in settings.items())), log)
        stack.callback(running.wait)
        stack.callback(running.kill)
        standby = make_conninfo(primary, host=str(home))
        eventually(lambda: _answers(standby) and _streams(primary))
        yield Pair(primary, standby)


def _start(command: Iterable[object], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """As the account that servers run as."""
    who = account()
    return subprocess.Popen(
        [str(word) for word in command],
        user=who.user,
        group=who.group,
        extra_groups=who.groups,
        cwd="/",
        stdout=log,
        stderr=log,
    )


def _answers(conninfo: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(conninfo):
        return True
    return False


def _streams(primary: str) -> bool:
    with psycopg.connect(primary) as session:
        row = session.execute("select count(*) from pg_stat_replication where replay_lsn is not null").fetchone()
        return row == (1,)
