"""Other tools' cases: a plan is refused for want of a right where, and only where, PostgreSQL would refuse a step."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from seachange.errors import NotPermitted, NotPlanned
from seachange.plan.folder import Folder
from seachange.planner import Wishes, plan, remaining
from tests.apply.folders import checked
from tests.planner.cases import WAYS, Bench, Case, bench, cases, load
from tests.planner.converging import catalog, run
from tests.planner.expected import usings
from tests.plugins.servers import Server
from tests.real.mirrors import ALL

ROLE = "plain"
SAMPLE = 2
"""Cases for each that the role may be."""
ODD = frozenset(
    {
        "pg-delta/default-privileges-edge-case--grant-option-downgrade",
        "pg-delta/function-ops--revoke-public-execute-existing",
        "pg-delta/publication-operations--alter-schema-list",
        "pg-schema-diff/partitioned-index--delete-columns-and-associated-index",
        "pg-schema-diff/partitioned-index--add-primary-key-constraint-with-existing-matching-base-table-index-"
        "matching-local-pk-already-exists",
    }
)
"""Cases that are always tried: what they need is not what one would think."""
HALF = """
select format('alter %s %s owner to plain', case relkind when 'v' then 'view' when 'm' then 'materialized view'
  when 'S' then 'sequence' else 'table' end, oid::regclass)
from pg_class
where oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace::regnamespace::text !~ '^pg_'
  and hashtext(relname) % 2 = 0
"""


@pytest.mark.newest
@pytest.mark.parametrize("standing", ["owner", "owner of half", "guest"])
def test_refused_where_the_server_refuses(standing: str, server: Server) -> None:
    with bench(server.installation) as place:
        tried = [_tried(case, way, place, standing) for case in _sample(server.major, standing) for way in WAYS]
    found = {title: verdicts for title, *verdicts in filter(None, tried)}
    assert found
    assert {title: verdicts for title, verdicts in found.items() if verdicts[0] != verdicts[1]} == {}


def _sample(major: int, standing: str) -> list[Case]:
    fit = [case for case in cases() if case.min_pg <= major and not case.isolated_cluster]
    return fit if ALL else [case for case in fit if case.title in ODD] + random.Random(standing).sample(fit, SAMPLE)


def _tried(case: Case, way: tuple[str, str], place: Bench, standing: str) -> tuple[str, bool, bool] | None:
    """Whether the check refuses and whether the server does; None where something else is in the way.

    Of a privilege that the role may not grant the server only warns, and does nothing.
    """
    with _role(place, standing), place.here.empty() as current, place.here.empty() as desired:
        try:
            for conninfo, state in zip((current, desired), way, strict=True):
                _make(conninfo, case, state, standing)
            before, wanted = catalog(current), catalog(desired)
            made = plan(before, wanted, Wishes(usings=usings(case.title, way)))
        except (psycopg.Error, NotPlanned):
            return None
        refused = _is_refused(current, Folder(made, made, before, wanted))
        try:
            run(made, current, ROLE)
        except AssertionError as error:
            code = getattr(error.__cause__, "sqlstate", "")
            return (f"{case.title} {way[1]}: {error}", refused, True) if code == "42501" else None
        return f"{case.title} {way[1]}", refused, bool(remaining(catalog(current), before, wanted))


def _is_refused(conninfo: str, folder: Folder) -> bool:
    try:
        checked(conninfo, folder, ROLE)
    except NotPermitted:
        return True
    return False


def _make(conninfo: str, case: Case, state: str, standing: str) -> None:
    """The state, made by the role itself or by somebody else."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        database = Identifier(session.info.dbname)
        if standing == "owner":
            session.execute(SQL("alter database {} owner to plain").format(database))
        else:
            session.execute(SQL("grant create on database {} to plain").format(database))
            session.execute("grant create on schema public to plain")
    load(conninfo, msgspec.structs.replace(case, connect_as=ROLE) if standing == "owner" else case, state)
    if standing == "owner of half":
        with psycopg.connect(conninfo, autocommit=True) as session:
            for (sql,) in session.execute(HALF.encode()).fetchall():
                with suppress(psycopg.Error):  # a sequence that follows its table, a member of an extension
                    session.execute(sql.encode())


@contextmanager
def _role(place: Bench, standing: str) -> Iterator[None]:
    """With it go the roles that the case made."""
    with psycopg.connect(place.here.conninfo, autocommit=True) as session:
        before = {name for (name,) in session.execute("select rolname from pg_roles")}
        session.execute(f"create role plain login {'createrole' if standing == 'owner' else ''}".encode())
        try:
            yield
        finally:
            for (name,) in session.execute("select rolname from pg_roles").fetchall():
                if name not in before:
                    session.execute(SQL("drop owned by {} cascade").format(Identifier(name)))
                    session.execute(SQL("drop role {}").format(Identifier(name)))
