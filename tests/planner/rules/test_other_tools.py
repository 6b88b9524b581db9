"""What other tools try about privileges, foreign data, replication and roles, both ways."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from seachange.errors import SeachangeError
from seachange.postgres.scratch import Scratch, on
from seachange.postgres.server import running
from tests.corpus import corpus
from tests.planner.converging import converge
from tests.plugins.servers import Server
from tests.real.mirrors import ALL

TOPICS = (
    *("acl-", "alter-extension", "default-privileges", "extension", "foreign-", "function-ops", "privilege"),
    *("publication", "subscription", "role-", "view-operations--column", "ordering-validation--schema-owner"),
    *("procedure-operations--comment", "aggregate-operations--comment", "trigger-operations--trigger-comment"),
)
SAMPLE = 8


class Meta(msgspec.Struct):
    """What matters to us of a case's description."""

    min_pg: int
    connect_as: str
    isolated_cluster: bool = False


def test_what_other_tools_try_about_these(server: Server) -> None:
    cases = [path for path in sorted(corpus("cases").glob("pg-delta/*")) if path.name.startswith(TOPICS)]
    with running(server.installation) as conninfo, on(conninfo) as scratch:
        wrong = {
            path.name: found
            for path in (cases if ALL else random.Random(server.major).sample(cases, SAMPLE))
            if (found := _wrong(path, server.major, scratch))
        }
    assert wrong == {}
    assert cases


def _wrong(case: Path, major: int, scratch: Scratch) -> str:
    meta = msgspec.json.decode((case / "meta.json").read_bytes(), type=Meta)
    if meta.min_pg > major or meta.isolated_cluster:
        return ""
    try:
        for ours, theirs in (("old", "new"), ("new", "old")):
            with scratch.empty() as current, scratch.empty() as desired:
                _make(current, case, ours, meta.connect_as)
                _make(desired, case, theirs, meta.connect_as)
                converge(current, desired)
    except (AssertionError, SeachangeError, psycopg.Error, LookupError) as error:
        return f"{ours} to {theirs}: {error!r}"
    finally:
        _drop_roles(scratch.conninfo, meta.connect_as)
    return ""


def _make(conninfo: str, case: Path, state: str, user: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        if not session.execute("select true from pg_roles where rolname = %s", [user]).fetchone():
            session.execute(SQL("create role {} superuser login").format(Identifier(user)))
        session.execute(SQL("set session authorization {}").format(Identifier(user)))
        session.execute("set check_function_bodies = off")
        for script in (case / "setup.sql", case / f"{state}.sql"):
            if script.exists():
                session.execute(script.read_bytes())


def _drop_roles(conninfo: str, user: str) -> None:
    """What a case makes must not be there when the next one begins."""
    query = "select rolname from pg_roles where oid >= 16384 and rolname <> %s"
    with psycopg.connect(conninfo, autocommit=True) as session:
        for (name,) in session.execute(query, [user]).fetchall():
            session.execute(SQL("drop owned by {}").format(Identifier(name)))
            session.execute(SQL("drop role {}").format(Identifier(name)))
