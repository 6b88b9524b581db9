"""Probes: one change each to a database, and all that a comparison must see of it.

A file of probes is SQL.  What comes before the first `---` sets the scene; then each probe has a title after `---`,
perhaps the versions it is for (`from 15`, `to 17`, or `refused`, by all), its statements, and after `-->` each change
that must be seen, as `verb ref fields`.  A probe without such a line must not be seen.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS
from seachange.compare import compare
from seachange.compare.change import Alter, Change, verb
from seachange.postgres.extract import extract
from seachange.postgres.scratch import Scratch, on
from seachange.postgres.server import running
from tests.plugins.servers import Server

HERE = Path(__file__).parent
BOUNDS = re.compile(r"(?P<title>.*?)(?: \((?:from (?P<first>\d+))?(?: ?to (?P<last>\d+))?(?P<refused>refused)?\))?$")


class Probe(msgspec.Struct, frozen=True):
    """One change, the versions that accept it, and what must be seen of it."""

    title: str
    sql: str
    seen: tuple[str, ...]
    first: int = 0
    last: int = 99

    def fits(self, major: int) -> bool:
        return self.first <= major <= self.last


class Probes(msgspec.Struct, frozen=True):
    """A file of probes: `roles` are those that it makes."""

    roles: tuple[str, ...]
    setup: str
    probes: tuple[Probe, ...]


def probes(path: Path) -> Probes:
    """What a file of probes says; its roles get names that no other run has."""
    text = path.read_text()
    if roles := re.findall(r"^create role (\w+)", text, flags=re.MULTILINE):
        text = re.sub(rf"\b({'|'.join(roles)})\b", rf"\1_{secrets.token_hex(4)}", text)
    setup, *rest = re.split(r"^--- ", text, flags=re.MULTILINE)
    return Probes(tuple(re.findall(r"^create role (\w+)", setup, flags=re.MULTILINE)), setup, tuple(map(_probe, rest)))


def _probe(text: str) -> Probe:
    head, *lines = text.strip().splitlines()
    bounds = BOUNDS.fullmatch(head)
    assert bounds is not None
    last = 0 if bounds["refused"] else int(bounds["last"] or 99)
    seen = tuple(line.removeprefix("--> ") for line in lines if line.startswith("--> "))
    sql = "\n".join(line for line in lines if not line.startswith("--> "))
    return Probe(bounds["title"], sql, seen, int(bounds["first"] or 0), last)


def observed(conninfo: str, script: Probes) -> Iterator[tuple[Probe, tuple[str, ...] | None]]:
    """Each probe with what is seen of it, or None where the server refuses it."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.setup)
        before = extract(session, cluster=True)
        for probe in script.probes:
            try:
                session.execute(probe.sql)
            except psycopg.Error:
                yield probe, None
                continue
            after = extract(session, cluster=True)
            yield probe, tuple(_seen(before, after, script.roles))
            before = after


def play(conninfo: str, script: Probes, major: int) -> None:
    """Make all the changes and look at none of them."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statements in (script.setup, *(probe.sql for probe in script.probes if probe.fits(major))):
            session.execute(statements)


def _seen(before: Catalog, after: Catalog, roles: Iterable[str]) -> Iterator[str]:
    """Roles and what is said of them belong to the server, where other tests are at work: only ours count."""
    ours = set(roles)
    for change in compare(before, after).changes:
        ref = change.ref
        subject = ref.args[0] if KINDS[ref.kind].told else ref.kind
        if not KINDS[subject].cluster or not ours.isdisjoint((*ref.names, *ref.args)):
            yield line(change)
    yield from (f"finding {one.about}" for one in after.origin.findings if one not in before.origin.findings)


def line(change: Change) -> str:
    """A change as one line."""
    said = f"{verb(change)} {change.ref}"
    return f"{said} {', '.join(change.fields)}" if isinstance(change, Alter) else said


@contextmanager
def stage(script: Probes, server: Server, scratch: Scratch) -> Iterator[str]:
    """A new database, after which nothing is left of the roles.  What makes tablespaces has a server to itself."""
    with ExitStack() as stack:
        if "create tablespace" in script.setup + "".join(probe.sql for probe in script.probes):
            conninfo = stack.enter_context(running(server.installation))
            scratch = stack.enter_context(on(conninfo))
        stack.enter_context(_without_roles(scratch.conninfo, script.roles))
        yield stack.enter_context(scratch.empty())


@contextmanager
def _without_roles(conninfo: str, names: Iterable[str]) -> Iterator[None]:
    """Drop roles at the end, when the databases that they own things in are gone."""
    yield
    with psycopg.connect(conninfo, autocommit=True) as session:
        for name in names:
            if session.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
                session.execute(SQL("drop owned by {}").format(Identifier(name)))
                session.execute(SQL("drop role {}").format(Identifier(name)))
