"""ALTER CONSTRAINT … ENFORCED reads the rows while nobody can use the table.

PostgreSQL 18 knows constraints that are not enforced.  To enforce one takes ACCESS EXCLUSIVE on its table and SHARE ROW
EXCLUSIVE on the one that a foreign key refers to, and holds them until all rows are checked.  Dropping the constraint
and adding it again NOT VALID takes an instant, and VALIDATE lets others work.
"""

from __future__ import annotations

from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.checks.altering import commands, definition, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import OWN, steps
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.rules.constraint_clauses import constraint_clause
from seachange.rules.rule import Context
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AlterConstraint
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for command in commands(around, AT_AlterConstraint):
        names = table(around)
        change = definition(command).atalter_constraint
        severity = weight(names, around) if change.alter_enforceability and change.is_enforced else None
        if severity is not None:
            label = name(change.conname)
            yield Remark(
                message=f"Nobody can use {spelled(names)} while all its rows are held against {label}."
                f"{reason(names, around)}",
                about=spelled(names),
                advice="Drop the constraint, add it again NOT VALID in the same statement, and validate it later.",
                safe=_safe(names, change.conname, around),
                severity=severity,
            )


def _safe(names: Path, label: str, around: Around) -> str:
    """The constraint anew, where the catalog has it."""
    catalog, fact = around.world.catalog, around.world.constraint(names, label)
    if catalog is None or fact is None:
        return ""
    clause = constraint_clause(replace(fact, enforced=True, validated=True), Context(catalog, catalog))
    return steps(
        f"ALTER TABLE {spelled(names)} DROP CONSTRAINT {name(label)}, ADD CONSTRAINT {name(label)} {clause} NOT VALID;",
        f"{OWN}\nALTER TABLE {spelled(names)} VALIDATE CONSTRAINT {name(label)};",
    )


CHECK = Check(
    name="enforce-not-enforced",
    code="LK32",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="a constraint that is enforced from now on, for which all rows are read",
    kinds=("AT_AlterConstraint",),
    statement=_look,
)
