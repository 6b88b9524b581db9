"""DROP COLUMN takes the values of a column away, and nothing brings them back.

It takes a moment, but under a lock that stops readers and writers, and an application that still reads the column fails
at once.  Indexes and constraints that have the column go with it.  A generated column built on it goes silently on
PostgreSQL 14; from 15 on the server refuses.

First deploy code that no longer uses the column.  Then keep what is in it, in a table of its own with the key, and drop
the column last.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, is_new_column
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_DropColumn
from seachange.sql.quote import listed, name


def _look(written: Written, around: Around) -> Remarks:
    for command in commands(written.node, AT_DropColumn):
        table = around.world.path(written.node.relation)  # type: ignore[union-attr]
        if is_new_column(around.world, table, command.name) or _nothing_to_drop(around.world, table, command):
            continue
        yield Remark(
            message=f"The values of {spelled((*table, command.name))} are gone afterwards.",
            about=spelled((*table, command.name)),
            at=command,
            advice="Drop it when no code uses it any more, and keep its values until nobody has missed them.",
            safe=_kept(around.world, table, command.name),
        )


def _nothing_to_drop(world: World, table: Path, command: object) -> bool:
    missing = world.known and world.column(table, command.name) is None  # type: ignore[attr-defined]
    return missing and bool(command.missing_ok)  # type: ignore[attr-defined]


def _kept(world: World, table: Path, column: str) -> str:
    keys = [one for one in world.constraints(table) if isinstance(one, TableConstraint) and one.type == "primary key"]
    columns = listed([*(each for each in keys[0].columns if each != column), column]) if keys else name(column)
    kept = name(f"{table[-1]}_{column}_dropped")
    return f"CREATE TABLE {kept} AS SELECT {columns} FROM {spelled(table)};"


CHECK = Check(
    name="drop-column",
    code="DL02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="DROP COLUMN, which takes the values along",
    kinds=("AT_DropColumn",),
    statement=_look,
    same_as=("squawk ban-drop-column", "atlas DS103"),
)
