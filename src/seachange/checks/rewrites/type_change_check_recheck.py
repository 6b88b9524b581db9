"""ALTER COLUMN TYPE reads the whole table where a CHECK names the column, even if no value changes.

A longer `varchar` takes an instant, until there is a CHECK on the column: then PostgreSQL makes the constraint anew and
reads every row under ACCESS EXCLUSIVE to see that it still holds.  So it does where the type is the same as before.
Without the CHECK the change takes an instant; it can come back NOT VALID and be validated while others write.
"""

from __future__ import annotations

from collections.abc import Sequence

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import Retyped, is_rechecked, rewrites
from seachange.checks.rewriting import changes, is_read, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        if rewrites(change, around.world) or not is_rechecked(change, around.world):
            continue
        if not is_read(change.table, around):
            continue
        checks = [
            each
            for each in around.world.constraints(change.table)
            if each.type == "check" and change.name in each.columns
        ]
        yield Remark(
            message=f"All rows of {spelled(change.table)} are read, since {_named(checks)} names {name(change.name)}; "
            "nobody can use the table meanwhile.",
            about=spelled(change.table),
            advice="Drop the CHECK, change the type, and add the CHECK again as NOT VALID.",
            safe=_safe(change, checks),
            severity=weight(change.table, around, Severity.WARNING),
        )


def _named(checks: Sequence[TableConstraint]) -> str:
    return " and ".join(name(each.names[-1]) for each in checks)


def _safe(change: Retyped, checks: Sequence[TableConstraint]) -> str:
    table = spelled(change.table)
    drops = ", ".join(f"DROP CONSTRAINT {name(each.names[-1])}" for each in checks)
    adds = "".join(
        f"\nALTER TABLE {table} ADD CONSTRAINT {name(each.names[-1])} CHECK {each.expression} NOT VALID;"
        for each in checks
    )
    return own(
        f"BEGIN;\nALTER TABLE {table} {drops};\n"
        f"ALTER TABLE {table} ALTER COLUMN {name(change.name)} TYPE {change.type};{adds}\nCOMMIT;",
        "\n".join(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name(each.names[-1])};" for each in checks),
    )


CHECK = Check(
    name="type-change-check-recheck",
    code="RW09",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="ALTER COLUMN TYPE of a column that a CHECK names",
    kinds=("AT_AlterColumnType",),
    statement=_look,
    same_as=("strong_migrations change_column_constraint",),
)
