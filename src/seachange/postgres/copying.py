"""A scratch database with the schema of a source and none of its rows, to be written to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, assert_never

from psycopg import Connection

from seachange import __version__
from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Column
from seachange.catalog.scope import LEDGER, QUARANTINE
from seachange.finding import Finding
from seachange.plan import Plan
from seachange.planner import plan
from seachange.postgres import command, dump
from seachange.postgres.adjust import Target
from seachange.postgres.connection import connected, shown
from seachange.postgres.extract import extract
from seachange.postgres.groups import Watch, prepare, send
from seachange.postgres.load import load
from seachange.postgres.making import taken_apart
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Archive, Command, Live, Scripts, Snapshot, Source
from seachange.sql import parse
from seachange.sql.script import Statement, fingerprint, take_apart
from seachange.step import Step

WAITING = """
select md5(string_agg(c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', '
                      order by c.relname, a.attnum))
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.relnamespace = to_regnamespace(%s)
"""
NAMES_ROLES = (" TO ", "AUTHORIZATION", " FOR ", " FROM ", "ROLE")
"""One of these is in every statement that names a role."""


@contextmanager
def copied(source: Source, catalog: Catalog, place: Scratch) -> Iterator[str]:
    """The conninfo of a database of its own with what `source` makes; `catalog` is what was read of it.

    The schema of a database is dumped once, and kept as a template for as long as it stays as it is.
    """
    match source:
        case Live(conninfo):
            state = _state(catalog) + _waiting(conninfo)
            with place.clone(_key("live", state, place), lambda at: _load_dump(conninfo, at, place)) as at:
                yield at
        case Scripts() | Archive():
            scripts = taken_apart(source).scripts
            with place.clone(_key("script", fingerprint(scripts), place), lambda at: _load(at, scripts, place)) as at:
                yield at
        case Command(line):
            with place.empty() as at:
                command.run(line, at)
                yield at
        case Snapshot():
            with built(catalog, place) as at:
                yield at
        case _:
            assert_never(source)


def _key(what: str, state: str, place: Scratch) -> str:
    return hashlib.sha256(f"copy {what} {__version__} {place.version} {state}".encode()).hexdigest()


def _state(catalog: Catalog) -> str:
    """Of the columns also where they stand: rows are copied, and people read them, by their places."""
    places = [(*ref.names, str(fact.position)) for ref, fact in catalog.facts.items() if isinstance(fact, Column)]
    return f"{catalog.fingerprint} {hashlib.sha256(repr(sorted(places)).encode()).hexdigest()}"


def _waiting(conninfo: str) -> str:
    """What is in the quarantine, which is part of no state, but comes back with an undo."""
    with connected(conninfo) as target:
        row = target.execute(WAITING, [QUARANTINE]).fetchone()
    return str(row[0]) if row else ""


def _load_dump(conninfo: str, at: str, place: Scratch) -> None:
    with connected(conninfo) as target:
        version = target.info.server_version
    said = dump.schema(conninfo, version, "--create", f"--exclude-schema={LEDGER}")
    _load(at, (take_apart(said, f"the dump of {shown(conninfo)}"),), place)


def _load(at: str, scripts: tuple[Any, ...], place: Scratch) -> None:
    load(at, scripts, own_server=place.own)


@contextmanager
def built(catalog: Catalog, place: Scratch) -> Iterator[str]:
    """A state of which there is only a catalog, made by planning it from nothing."""
    with place.clone(_key("catalog", _state(catalog), place), lambda at: _build(at, catalog, place)) as at:
        yield at


def _build(conninfo: str, catalog: Catalog, place: Scratch) -> None:
    with connected(conninfo) as connection:
        whole = plan(extract(connection), catalog)
        if place.own:
            make_roles(connection, roles_of(whole))
        prepare(connection)
        worded, number = Worded(connection, own_server=place.own), 1
        for group in whole.groups:
            send(connection, group, number, Watch(), worded)
            number += len(group.steps)


class Worded:
    """Statements as a copy is to hear them: what they say of the database is said of the copy, and nobody outside of it
    is called.
    """

    def __init__(self, connection: Connection[Any], *, own_server: bool) -> None:
        self._target = Target(connection, own_server=own_server)

    def __call__(self, step: Step) -> str | None:
        statement = _statement(step.sql)
        adjusted = self._target.adjusted(statement, parse.database(step.sql) if statement.says_database else None)
        return adjusted.text if adjusted else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was left out or said otherwise."""
        return self._target.findings


def _statement(text: str) -> Statement:
    try:
        spans = parse.cut(text.encode()).spans
    except parse.NotScanned:
        spans = ()
    if len(spans) != 1:
        return Statement(text, "plan", 1)
    return Statement(text, "plan", 1, spans[0].words, says_database=spans[0].says_database)


def roles_of(plan: Plan) -> frozenset[str]:
    """The roles that the steps of a plan name."""
    named = (parse.roles_named(step.sql) for step in plan.steps if any(mark in step.sql for mark in NAMES_ROLES))
    return frozenset[str]().union(*named)


def roles_made(plan: Plan) -> frozenset[str]:
    """The roles that a plan makes itself."""
    made = (parse.role_made(step.sql) for step in plan.steps if step.sql.startswith("CREATE ROLE"))
    return frozenset(role for role in made if role)


def roles_there(connection: Connection[Any]) -> frozenset[str]:
    """The roles of a server."""
    return frozenset(name for (name,) in connection.execute("select rolname from pg_catalog.pg_roles"))


def make_roles(connection: Connection[Any], roles: frozenset[str]) -> None:
    """Make those that are missing on a server of ours, without any rights."""
    missing = roles - roles_there(connection)
    if missing:
        Target(connection, own_server=True).make_all(missing)
