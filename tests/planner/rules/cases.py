"""Pairs of states, taken there and back by plans."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from msgspec import Struct

from tests.planner.converging import converge
from tests.plugins.servers import Server

Databases = Callable[[int], tuple[str, ...]]
Roles = Callable[[], str]


class Case(Struct, frozen=True):
    """What both states begin with, and what is then done to each.  `$1`, `$2` are roles."""

    title: str
    here: str = ""
    there: str = ""
    both: str = ""
    first: int = 14

    def __str__(self) -> str:
        return self.title


def check(case: Case, server: Server, databases: Databases, roles: Roles) -> None:
    """Each state is reached from the other."""
    if server.major < case.first:
        return
    names = {f"${number}": roles() for number in (1, 2, 3) if f"${number}" in case.both + case.here + case.there}
    with psycopg.connect(server.conninfo, autocommit=True) as session:
        for name in names.values():
            session.execute(f"create role {name}".encode())
    for ours, theirs in ((case.here, case.there), (case.there, case.here)):
        current, desired = databases(2)
        make(current, case.both + ours, names)
        make(desired, case.both + theirs, names)
        converge(current, desired)


def make(conninfo: str, script: str, names: dict[str, str]) -> None:
    for mark, name in names.items():
        script = script.replace(mark, name)
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())
