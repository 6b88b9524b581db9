"""Other tools' cases: what they make is read whole, and does not differ from what is made of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from seachange.postgres.scratch import Scratch, on
from seachange.postgres.server import running
from tests.corpus import corpus
from tests.plugins.servers import Server
from tests.real.mirrors import ALL, complaints

SAMPLE = 12
"""Cases on each version, others on each."""
PARTS = 8 if ALL else 1
STATES = ("old", "new")
USERS = ("test", "testuser", "postgres")


@pytest.mark.parametrize("part", range(PARTS))
def test_what_other_tools_try_is_read_whole(part: int, server: Server, tmp_path: Path) -> None:
    cases = _cases(server.major)[part::PARTS]
    with running(server.installation) as conninfo, on(conninfo) as scratch:
        own = msgspec.structs.replace(server, conninfo=conninfo)
        _make_users(conninfo)
        found = {
            f"{case.parent.name}/{case.name} {state}": wrong
            for case in cases
            for state in STATES
            if (wrong := _wrong(case, state, own, scratch, tmp_path))
        }
    assert cases
    assert found == {}


def _cases(major: int) -> list[Path]:
    """Those for this version: all, or some that are the same each time."""
    every = sorted(path.parent for path in corpus("cases").glob("*/*/meta.json"))
    fitting = [case for case in every if _meta(case).min_pg <= major]
    return fitting if ALL else random.Random(major).sample(fitting, SAMPLE)


class Meta(msgspec.Struct):
    """What matters to us of a case's description."""

    min_pg: int
    connect_as: str


def _meta(case: Path) -> Meta:
    return msgspec.json.decode((case / "meta.json").read_bytes(), type=Meta)


def _make_users(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        there = {name for (name,) in session.execute("select rolname from pg_roles")}
        for user in USERS:
            if user not in there:
                session.execute(SQL("create role {} superuser login").format(Identifier(user)))


def _wrong(case: Path, state: str, server: Server, scratch: Scratch, folder: Path) -> list[str]:
    with scratch.empty() as conninfo:
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(SQL("set session authorization {}").format(Identifier(_meta(case).connect_as)))
            session.execute("set check_function_bodies = off")
            for script in _scripts(case, state):
                session.execute(script.read_bytes())
        wrong = complaints(conninfo, server, folder, ("custom",))
    _drop_roles(server.conninfo)
    return wrong


def _scripts(case: Path, state: str) -> Iterator[Path]:
    yield from (path for path in (case / "setup.sql", case / f"{state}.sql") if path.exists())


def _drop_roles(conninfo: str) -> None:
    """What a case makes must not be there when the next one begins."""
    query = "select rolname from pg_roles where oid >= 16384 and rolname <> all (%s)"
    with psycopg.connect(conninfo, autocommit=True) as session:
        for (name,) in session.execute(query, [list(USERS)]).fetchall():
            session.execute(SQL("drop owned by {}").format(Identifier(name)))
            session.execute(SQL("drop role {}").format(Identifier(name)))
