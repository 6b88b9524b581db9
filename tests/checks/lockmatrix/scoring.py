"""How our checks judge the statements of the matrix: what they are silent on, and what they flag without need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.checks import Known, Told, checks, looked_at
from seachange.checks.following import following
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import taken_apart
from tests.checks.lockmatrix.matrix import ERRORS, Row

PATH = ("z", "public")


class Score(Struct, frozen=True):
    """The names of statements: all of them, the dangerous ones, and where the checks were wrong.

    `silent`: dangerous, and nothing is said of it.  `noted`: dangerous, and said in a note alone.  `loud`: harmless,
    and more than a note is made of it.
    """

    judged: tuple[str, ...]
    dangerous: tuple[str, ...]
    silent: tuple[str, ...]
    noted: tuple[str, ...]
    loud: tuple[str, ...]


def judged(rows: Iterable[Row]) -> Iterator[Row]:
    """The statements that PostgreSQL carries out, outside of the group about errors, with all that they need."""
    return (row for row in rows if row.group != ERRORS and not row.refused and _is_whole(row))


def _is_whole(row: Row) -> bool:
    """Long set-ups were cut off where they were written down."""
    return all(written.node is not None for written in taken_apart(row.setup.encode(), "setup.sql").up)


def score(rows: Iterable[Row], catalog: Catalog | None, version: int) -> Score:
    """With a catalog of the fixture, or without one."""
    told = [(row, flags(row, catalog, version)) for row in judged(rows)]
    worst = [(row, {_severity(one) is not Severity.NOTE for one in found}) for row, found in told]
    return Score(
        tuple(row.name for row, _ in worst),
        tuple(row.name for row, _ in worst if row.dangerous),
        tuple(row.name for row, loud in worst if row.dangerous and not loud),
        tuple(row.name for row, loud in worst if row.dangerous and loud == {False}),
        tuple(row.name for row, loud in worst if True in loud and not row.dangerous),
    )


def flags(row: Row, catalog: Catalog | None, version: int) -> tuple[Told, ...]:
    """What the checks of locks and rewrites say of work under a lock; not of the queue behind a short one."""
    known = Known(before(row, catalog), version)
    found = looked_at([taken_apart(row.sql.encode(), f"{row.name}.sql")], known, _asked())
    return tuple(told for told in found if told.flagged)


def before(row: Row, catalog: Catalog | None) -> World:
    """The world in which a statement is run: as if others had made what it needs."""
    world = World(catalog, search_path=PATH)
    for text in (row.setup, row.before):
        for written in taken_apart(text.encode(), "setup.sql").up:
            world = following(written, world)
    return world


def _asked() -> frozenset[str]:
    found = (check for check in checks().values() if check.code[:2] in ("LK", "RW"))
    return frozenset(check.name for check in found if not check.queueing and not check.optional)


def _severity(told: Told) -> Severity:
    return told.remark.severity or told.check.severity
