"""TRUNCATE empties tables under a lock that stops readers and writers, and does not ask triggers that look at rows.

Row triggers do not fire, so audit logs and counters do not hear of it.  With CASCADE all tables that refer to the named
ones are emptied as well, however far that goes, and none of them is named.  To a transaction that began before, the
tables look empty at once.

Name each table that is meant, and delete in batches where others work on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import there
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import DROP_CASCADE, TruncateStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, TruncateStmt)
    cascade = statement.behavior == DROP_CASCADE
    for each in statement.relations:
        table = around.world.path(each.range_var)
        if not there(around.world, table):
            continue
        others = sorted(map(spelled, _referring(around.world, table))) if cascade else []
        along = f" So are those that refer to it: {', '.join(others)}." if others else ""
        yield Remark(
            message=f"All rows of {spelled(table)} are gone afterwards.{along}"
            + " Tables that refer to it are emptied as well." * (cascade and not around.world.known),
            about=spelled(table),
            at=each.range_var,
            advice="Delete in batches, so that triggers fire and nobody waits long; repeat until no row is deleted.",
            safe=f"DELETE FROM {spelled(table)} WHERE ctid IN (SELECT ctid FROM {spelled(table)} LIMIT 10000);",
            same_as=("squawk ban-truncate-cascade",) if cascade else ("pgls banTruncate",),
        )


def _referring(world: World, table: Path) -> Iterator[Path]:
    """The tables that refer to `table`, and those that refer to them."""
    catalog = world.catalog
    keys = [one for one in catalog.of(TableConstraint) if one.type == "foreign key"] if catalog else []
    found, waiting = {table}, [table]
    while waiting:
        target = waiting.pop()
        for key in keys:
            if key.references == target and (owner := key.names[:-1]) not in found:
                found.add(owner)
                waiting.append(owner)
                yield owner


CHECK = Check(
    name="truncate",
    code="DL05",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="TRUNCATE, which empties tables, with CASCADE also such as nobody named",
    kinds=("TruncateStmt",),
    statement=_look,
    same_as=("squawk ban-truncate-cascade", "pgls banTruncate"),
)
