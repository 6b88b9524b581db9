"""What statements are said to do, held against what servers show, and against a matrix that was measured before."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.checks.effects import Effects, effects, is_dangerous
from seachange.checks.following import following
from seachange.checks.world import World
from seachange.postgres.extract import extract
from seachange.postgres.gauging import Gauging, Refused
from seachange.rules.volatility import BARE, STEADY, VOLATILE
from seachange.sql.migration import Written, taken_apart
from seachange.sql.script import Statement
from seachange.step import Lock
from tests.checks.lockmatrix.matrix import Row, rows
from tests.checks.lockmatrix.scoring import PATH, before, judged, score
from tests.corpus import reference
from tests.plugins.servers import Server

LOCKMATRIX = Path(__file__).parent / "lockmatrix"
FIXTURE = LOCKMATRIX / "fixture.sql"
TABLES = frozenset(("t", "r", "u", "ch", "pt", "pt1", "pt2", "ptn", "pd", "pd1", "pdd", "pdn", "v", "mv"))
"""Those of which the matrix tells; the fixture has some more."""
NEW_SYNTAX = "42601"
"""What an older server says to words that it does not know."""
FUNCTIONS = """
select proname, bool_or(provolatile = 'v'), max(pronargs)
from pg_catalog.pg_proc
where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
group by 1
"""


def _lay(session: psycopg.Connection[tuple[object, ...]]) -> Catalog:
    session.execute(FIXTURE.read_bytes())
    catalog = extract(session)
    session.execute("set search_path = z, public")
    return catalog


def _statements() -> tuple[Written, ...]:
    path = LOCKMATRIX / "statements.sql"
    return taken_apart(path.read_bytes(), path.name).up


def _locks(found: Effects, world: World) -> dict[str, Lock]:
    """Of tables and views; of what has its locks by them nobody waits alone."""
    locks = ((held.relation, held.lock) for held in found.locks)
    return {path[-1]: lock for path, lock in locks if _is_used(path, world)}


def _is_used(path: tuple[str, ...], world: World) -> bool:
    fact = world.at(path)
    return path[0] != "pg_catalog" and (fact is None or fact.ref.kind not in ("index", "sequence", "composite type"))


def _differences(told: Effects, shown: Effects, world: World, *, sampled: bool) -> Iterator[str]:
    """What is written anew is read for it, and its indexes are built: that is not told again.  Of what is only sampled
    no lock may be stronger than was said; a weaker one may be all that was seen.
    """
    before, after = _locks(told, world), _locks(shown, world)
    if sampled:
        after = {name: max(lock, after.get(name, lock)) for name, lock in before.items()}
    for what, one, other in (
        ("locks", before, after),
        ("rewrites", told.rewrites, shown.rewrites),
        ("builds", told.builds - told.rewrites, shown.builds - shown.rewrites),
        ("scans", told.scans - told.rewrites, shown.scans - shown.rewrites),
        ("dangerous", is_dangerous(told), is_dangerous(shown)),
    ):
        if one != other:
            yield f"{what}: told {one}, shown {other}"


def test_statements_do_what_is_said(server: Server, database: str) -> None:
    wrong = []
    with psycopg.connect(database, autocommit=True) as session:
        world = World(_lay(session), search_path=PATH)
        gauging = Gauging(session, 60)
        for written in _statements():
            told = effects(written, world, session.info.server_version)
            shown = gauging.run(Statement(written.sql, written.file, written.line, written.words), keep=False)
            if isinstance(shown, Refused):
                assert shown.said.startswith(NEW_SYNTAX), f"{written.sql}: {shown.said}"
                assert server.major < 18, f"{written.sql}: {shown.said}"
                continue
            wrong += [f"{written.sql}: {each}" for each in _differences(told, shown, world, sampled=gauging.sampled)]
            if gauging.sampled:
                world = following(written, world)
    assert not wrong


@pytest.fixture
def matrix() -> tuple[Row, ...]:
    return tuple(judged(rows(reference("safety_lockmatrix.md"))))


@pytest.mark.newest
def test_matrix_of_locks(matrix: Iterable[Row], server: Server, database: str) -> None:
    wrong = []
    with psycopg.connect(database, autocommit=True) as session:
        catalog, version = _lay(session), session.info.server_version
    for row in matrix:
        if row.sampled:
            continue
        world = before(row, catalog)
        found = effects(taken_apart(row.sql.encode(), row.name).up[0], world, version)
        told = {name: lock for name, lock in _locks(found, world).items() if name in TABLES}
        if told != {name: lock for name, lock in row.locks.items() if name in TABLES}:
            wrong.append((row.name, told, row.locks))
    assert not wrong


def test_no_danger_is_passed_over_and_no_alarm_is_false(matrix: Iterable[Row], server: Server, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        catalog, version = _lay(session), session.info.server_version
    found = score([row for row in matrix if row.since <= server.major], catalog, version)
    assert len(found.dangerous) >= 75
    assert not found.silent
    assert not found.loud
    assert found.noted == ("refresh_matview_conc",)


def test_functions_are_as_volatile_as_is_said(server: Server, database: str) -> None:
    with psycopg.connect(database) as session:
        found = {name: (volatile, most) for name, volatile, most in session.execute(FUNCTIONS)}
    assert not [name for name in VOLATILE & found.keys() if not found[name][0]]
    assert [name for name in STEADY & found.keys() if found[name][0]] == (["timezone"] if server.major == 14 else [])
    assert not [name for name in BARE & found.keys() if found[name][1]]
    assert {"gen_random_uuid", "random", "clock_timestamp", "nextval"} <= VOLATILE
    assert {"now", "current_setting", "lower"} <= STEADY


def test_long_script_takes_linear_time() -> None:
    def seconds(statements: int) -> float:
        text = "".join(
            f"CREATE TABLE t{n} (id bigint PRIMARY KEY, up bigint REFERENCES t{max(n - 1, 0)});\n"
            f"CREATE INDEX ON t{n} (up);\nALTER TABLE t{n} ADD COLUMN x int;\n"
            for n in range(statements // 3)
        )
        written = taken_apart(text.encode(), "long.sql").up
        assert all(one.node for one in written)
        world, began = World(), time.perf_counter()
        for one in written:
            effects(one, world, 180000)
            world = following(one, world)
        return time.perf_counter() - began

    short, long = seconds(1500), seconds(6000)
    assert long < 10 * short
