"""Other tools' cases: two states, rows, and what a plan between them must show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from seachange.catalog.catalog import Catalog
from seachange.compare import Alter, Change
from seachange.errors import SeachangeError
from seachange.plan import Plan
from seachange.planner import Wishes, plan, remaining
from seachange.postgres.installation import Installation
from seachange.postgres.scratch import Scratch, on
from seachange.postgres.server import running
from seachange.rules.secrets import readable
from tests.catalog.probes import line
from tests.corpus import corpus
from tests.planner.converging import catalog, run, said
from tests.planner.expected import complaints, usings
from tests.planner.surviving import kept, sow, told

USERS = ("test", "testuser", "postgres")
BROKEN = frozenset({"pg-schema-diff/database-schema-source--dir-src-invalid-sql"})
"""What cannot be loaded, on purpose."""
WAYS = (("old", "new"), ("new", "old"))
REFUSED = ("22", "23")
"""Classes of what PostgreSQL says when rows do not fit."""


class Case(msgspec.Struct, frozen=True):
    """A folder with both states, and what its description says that matters to us."""

    path: Path
    min_pg: int
    connect_as: str
    isolated_cluster: bool = False
    no_change: bool = False
    expect_empty_plan: bool = False
    expected_hazards: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def cases() -> list[Case]:
    """All whose states can be loaded."""
    every = (_read(path) for path in sorted(corpus("cases").glob("*/*/meta.json")))
    return [case for case in every if case.title not in BROKEN]


def _read(path: Path) -> Case:
    meta = msgspec.json.decode(path.read_bytes())
    known = {field: meta[field] for field in Case.__struct_fields__ if field in meta}
    return msgspec.convert({**known, "path": path.parent}, Case, dec_hook=lambda type, value: type(value))


class Bench(msgspec.Struct, frozen=True):
    """Two servers of one version: roles are a server's."""

    major: int
    here: Scratch
    there: Scratch


@contextmanager
def bench(installation: Installation) -> Iterator[Bench]:
    """Servers that nobody else uses, with the users that cases know of."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running(installation)) for _ in range(2)]
        for conninfo in servers:
            _make_users(conninfo)
        yield Bench(installation.major, *(stack.enter_context(on(conninfo)) for conninfo in servers))


def _make_users(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        there = {name for (name,) in session.execute("select rolname from pg_roles")}
        for user in USERS:
            if user not in there:
                session.execute(SQL("create role {} superuser login").format(Identifier(user)))


def wrong(case: Case, way: tuple[str, str], bench: Bench, *, online: bool) -> str:
    """What is wrong with the plan from one state to the other and with what it leads to; empty: nothing."""
    wishes = Wishes(online=online, usings=usings(case.title, way))
    try:
        return _tried(case, way, bench, wishes, sown=True) or ""
    except (SeachangeError, AssertionError, LookupError, psycopg.Error) as error:
        return f"{type(error).__name__}: {error}"


def _tried(case: Case, way: tuple[str, str], bench: Bench, wishes: Wishes, *, sown: bool) -> str:
    """Once more without rows of our own, where they are what PostgreSQL refuses."""
    with _loaded(case, way, bench) as (current, desired):
        wanted = catalog(desired, cluster=case.isolated_cluster)
        before = catalog(current, cluster=case.isolated_cluster)
        if sown:
            sow(current, before)
        made = plan(before, wanted, wishes)
        tables = kept(before, wanted)
        rows = told(current, tables)
        try:
            run(made, current, case.connect_as)
        except AssertionError as error:
            if not sown or not getattr(error.__cause__, "sqlstate", "").startswith(REFUSED):
                raise
        else:
            return "\n".join(
                _complaints(case, way, (current, before, wanted), made) + _lost(rows, told(current, tables))
            )
    return _tried(case, way, bench, wishes, sown=False)


def _complaints(case: Case, way: tuple[str, str], states: tuple[str, Catalog, Catalog], made: Plan) -> list[str]:
    found = [f"left: {line(change)}" for change in _left(*states)]
    found += complaints(case.path, way, made)
    if (case.no_change or case.expect_empty_plan) and made.groups:
        found.append("there is nothing to do")
    return [*found, said(made)] if found else []


def _left(conninfo: str, before: Catalog, wanted: Catalog) -> list[Change]:
    """What still differs; secrets are never read, so never brought."""
    after = catalog(conninfo, cluster="role" not in before.origin.silent)
    return [change for change in remaining(after, before, wanted) if not _is_secret(change)]


def _is_secret(change: Change) -> bool:
    if not isinstance(change, Alter) or change.fields != ("options",):
        return False
    here, there = (readable(getattr(fact, "options", ())) for fact in (change.old, change.new))
    return here == there


def _lost(before: object, after: object) -> list[str]:
    return [] if before == after else [f"rows were {before}, are {after}"]


@contextmanager
def _loaded(case: Case, way: tuple[str, str], bench: Bench) -> Iterator[tuple[str, str]]:
    """Both states; what they made of roles is gone when the next case begins."""
    there = bench.there if case.isolated_cluster else bench.here
    try:
        with bench.here.empty() as current, there.empty() as desired:
            load(current, case, way[0], rows=True)
            load(desired, case, way[1])
            yield current, desired
    finally:
        for scratch in (bench.here, bench.there):
            _drop_roles(scratch.conninfo)


def load(conninfo: str, case: Case, state: str, *, rows: bool = False) -> None:
    scripts = ("setup.sql", f"{state}.sql", *([f"seed_{state}.sql"] if rows else []))
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(SQL("set session authorization {}").format(Identifier(case.connect_as)))
        session.execute("set check_function_bodies = off")
        for script in scripts:
            if (case.path / script).exists():
                session.execute((case.path / script).read_bytes())


def _drop_roles(conninfo: str) -> None:
    query = "select rolname from pg_roles where oid >= 16384 and rolname <> all (%s)"
    with psycopg.connect(conninfo, autocommit=True) as session:
        for (name,) in session.execute(query, [list(USERS)]).fetchall():
            session.execute(SQL("drop owned by {}").format(Identifier(name)))
            session.execute(SQL("drop role {}").format(Identifier(name)))
