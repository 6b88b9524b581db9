"""SET NOT NULL and DROP CONSTRAINT of its proof in one ALTER TABLE read the whole table after all.

PostgreSQL goes through the commands of one statement in an order of its own: what is dropped goes first.  When it comes
to SET NOT NULL, the CHECK that proved it is gone, and every row is read while nobody can use the table.  Two statements
do it without reading a row, also in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.altering import commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_DropConstraint, AT_SetNotNull
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    columns = [command.name for command in commands(around, AT_SetNotNull)]
    names = table(around) if columns else ()
    dropped = list(_proofs(names, columns, around)) if columns else []
    severity = weight(names, around) if dropped else None
    if severity is None:
        return
    yield Remark(
        message=f"All rows of {spelled(names)} are read while nobody can use it: {name(dropped[0])} is dropped before "
        f"SET NOT NULL could take it for a proof.{reason(names, around)}",
        about=spelled(names),
        advice="Drop the constraint in a statement of its own, after SET NOT NULL.",
        safe="\n".join(
            (
                *(f"ALTER TABLE {spelled(names)} ALTER COLUMN {name(column)} SET NOT NULL;" for column in columns),
                *(f"ALTER TABLE {spelled(names)} DROP CONSTRAINT {name(label)};" for label in dropped),
            )
        ),
        severity=severity,
    )


def _proofs(names: Path, columns: list[str], around: Around) -> Iterator[str]:
    """The constraints that the statement drops, and which may be the proof, as far as that is known."""
    for command in commands(around, AT_DropConstraint):
        fact = around.world.get(Ref("table constraint", (*names, command.name)))
        if isinstance(fact, TableConstraint):
            if fact.type == "check" and fact.validated and set(fact.columns) & set(columns):
                yield command.name
        elif not around.world.known:
            yield command.name


CHECK = Check(
    name="set-not-null-and-drop-check-together",
    code="LK13",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="SET NOT NULL in one statement with DROP CONSTRAINT of its proof",
    kinds=("AT_SetNotNull",),
    statement=_look,
)
