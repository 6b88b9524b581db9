"""What goes with a foreign key locks the table that the key refers to.

PostgreSQL takes its triggers off that table, with ACCESS EXCLUSIVE: DROP TABLE of a table nobody uses any more, or DROP
CONSTRAINT, has all wait who use a table that is used by everybody.  Drop each foreign key first, in a short transaction
with a lock_timeout of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.altering import commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.dropped import dropped_tables
from seachange.checks.online import OWN, steps
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import DROP_CASCADE, AlterTableStmt, AT_DropConstraint
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    tables = dropped_tables(written, around)
    keys = {key: other for key, other in _dropped(written, tables, around) if other not in tables}
    for other in dict.fromkeys(keys.values()):
        severity = weight(other, around, Severity.WARNING)
        if severity is not None:
            yield Remark(
                message=f"Who uses {spelled(other)} waits in line, too, since a foreign key goes that it is part of.",
                about=spelled(other),
                advice="Drop each foreign key first, with a short lock_timeout."
                if tables
                else "Set a short lock_timeout, and try again where it ends the wait.",
                safe=steps(*(_drop(key) for key, table in keys.items() if table == other)) if tables else "",
                severity=severity,
            )


def _dropped(written: Written, tables: tuple[Path, ...], around: Around) -> Iterator[tuple[TableConstraint, Path]]:
    """The foreign keys that go with the statement, each with the table at its other end."""
    for names in tables:
        yield from ((each, each.references) for each in around.world.constraints(names) if each.references)
        if written.node.behavior == DROP_CASCADE:  # type: ignore[union-attr]
            yield from ((each, each.names[:-1]) for each in around.world.referring(names))
    if isinstance(written.node, AlterTableStmt):
        for command in commands(around, AT_DropConstraint):
            fact = around.world.get(Ref("table constraint", (*table(around), command.name)))
            if isinstance(fact, TableConstraint) and fact.references not in (None, table(around)):
                yield fact, fact.references or ()


def _drop(key: TableConstraint) -> str:
    return f"{OWN}\nALTER TABLE {spelled(key.names[:-1])} DROP CONSTRAINT {name(key.names[-1])};"


CHECK = Check(
    name="drop-locks-referenced-table",
    code="LK25",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="a foreign key that goes, which locks the table that it refers to",
    kinds=("DropStmt", "AT_DropConstraint"),
    statement=_look,
    queueing=True,
    same_as=("gitlab with_lock_retries",),
)
