"""VALIDATE CONSTRAINT in the transaction that added the constraint gains nothing.

VALIDATE needs a weak lock only, but that of ADD CONSTRAINT is held until the transaction ends: all rows are read while
nobody can use the table, or nobody can write to it where the constraint is a foreign key.  Commit between the two.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.checks.altering import commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import OWN
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, AT_AddConstraint, AT_ValidateConstraint
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for command in commands(around, AT_ValidateConstraint):
        names = table(around)
        severity = weight(names, around) if _is_added_before(command.name, names, around) else None
        if severity is not None:
            yield Remark(
                message=f"All rows of {spelled(names)} are read under the lock that adding {name(command.name)} took, "
                f"since both are one transaction.{reason(names, around)}",
                about=spelled(names),
                advice="Commit before the constraint is validated.",
                safe=f"{OWN}\nALTER TABLE {spelled(names)} VALIDATE CONSTRAINT {name(command.name)};",
                severity=severity,
            )


def _is_added_before(label: str, names: Path, around: Around) -> bool:
    return any(
        isinstance(each.node, AlterTableStmt)
        and around.world.path(each.node.relation) == names
        and any(_adds(command.alter_table_cmd, label) for command in each.node.cmds)
        for each in around.before
    )


def _adds(command: object, label: str) -> bool:
    if command.subtype != AT_AddConstraint:  # type: ignore[attr-defined]
        return False
    constraint = getattr(command, "def").constraint
    return bool(constraint.conname == label and constraint.skip_validation)


CHECK = Check(
    name="validate-in-same-transaction",
    code="LK14",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="VALIDATE CONSTRAINT in the transaction that added the constraint",
    kinds=("AT_ValidateConstraint",),
    statement=_look,
    same_as=(
        "squawk constraint-missing-not-valid",
        "pgfence not-valid-validate-same-tx",
        "pgls requireSeparateConstraintValidation",
    ),
)
