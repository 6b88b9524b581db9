"""SET NOT NULL reads the whole table while nobody can use it, unless a CHECK proves that no row holds a null.

The proof is a valid CHECK that says `column IS NOT NULL`, alone or together with other conditions.  One that only
implies it, such as `column > 0`, is none: a null passes it; nor is one that was added NOT VALID and never validated.
From PostgreSQL 18 on, NOT NULL itself can be added NOT VALID and validated while others write.  A NOT NULL constraint
that is added by its name is the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.checks.altering import added, commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import not_null
from seachange.checks.usage import labour, reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_NOTNULL, AT_SetNotNull
from seachange.sql.quote import name

PROVED_SINCE = 120000
"""The version from which on a CHECK is taken for a proof."""


def _look(written: Written, around: Around) -> Remarks:
    columns = tuple(_columns(around))
    names = table(around) if columns else ()
    severity = _severity(names, around) if columns else None
    for column in columns if severity is not None else ():
        yield Remark(
            message=f"Nobody can use {spelled(names)} while all rows are read to see whether {name(column)} holds a "
            f"null.{reason(names, around)}",
            about=spelled((*names, column)),
            advice="Prove it before, with a constraint that is added NOT VALID and validated.",
            safe=not_null(names, column, around),
            severity=severity,
        )


def _severity(names: Path, around: Around) -> Severity | None:
    return labour(names, around) if around.version >= PROVED_SINCE else weight(names, around)


def _columns(around: Around) -> Iterator[str]:
    for command in commands(around, AT_SetNotNull):
        yield command.name
    for each in added(around, CONSTR_NOTNULL):
        if not each.column and not each.constraint.skip_validation:
            yield from each.columns


CHECK = Check(
    name="set-not-null-scan",
    code="LK12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="SET NOT NULL that reads all rows while nobody can use the table",
    kinds=("AT_AddColumn", "AT_AddConstraint", "AT_SetNotNull"),
    statement=_look,
    same_as=(
        "squawk adding-not-nullable-field",
        "strong_migrations change_column_null",
        "eugene E2",
        "atlas PG303",
        "pgfence alter-column-set-not-null",
    ),
)
