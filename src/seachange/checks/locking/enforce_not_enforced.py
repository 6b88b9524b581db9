"""ALTER CONSTRAINT … ENFORCED reads the rows while nobody can use the table.

PostgreSQL 18 knows constraints that are not enforced.  To enforce one takes ACCESS EXCLUSIVE on its table and SHARE ROW
EXCLUSIVE on the one that a foreign key refers to, and holds them until all rows are checked.  Dropping the constraint
and adding it again NOT VALID takes an instant, and VALIDATE lets others work.
"""

from __future__ import annotations

from seachange.checks.altering import ALTER, commands, definition, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import OWN, steps
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AlterConstraint
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    names = table(around)
    for command in commands(around, AT_AlterConstraint):
        change = definition(command).atalter_constraint
        severity = weight(names, around) if change.alter_enforceability and change.is_enforced else None
        if severity is not None:
            label = name(change.conname)
            yield Remark(
                message=f"Nobody can use {spelled(names)} while all its rows are held against {label}."
                f"{reason(names, around)}",
                about=spelled(names),
                advice="Drop the constraint, add it again NOT VALID in the same statement, and validate it later.",
                safe=steps(
                    f"ALTER TABLE {spelled(names)} DROP CONSTRAINT {label}, ADD CONSTRAINT {label} … NOT VALID;",
                    f"{OWN}\nALTER TABLE {spelled(names)} VALIDATE CONSTRAINT {label};",
                ),
                severity=severity,
            )


CHECK = Check(
    name="enforce-not-enforced",
    code="LK32",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="a constraint that is enforced from now on, for which all rows are read",
    kinds=ALTER,
    statement=_look,
)
