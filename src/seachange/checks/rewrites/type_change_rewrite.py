"""ALTER COLUMN TYPE that converts the values writes the whole table anew while nobody can use it.

`integer` to `bigint`, a shorter `varchar`, another scale of a `numeric`, `json` to `jsonb`, an enum to text, every
change of an array, and every USING that computes something: each row is converted under ACCESS EXCLUSIVE, the table is
copied, all its indexes are built anew, and so it is on all versions from 14 to 18.  Views on the column, and policies
and triggers that name it, have PostgreSQL refuse the statement.

A new column beside the old one is filled some rows at a time and then takes its name, in an instant.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import Retyped, rewrites
from seachange.checks.rewriting import changes, filled, is_by_zone, is_rewritten, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        if is_by_zone(change) or not rewrites(change, around.world) or not is_rewritten(change.table, around):
            continue
        was = f" from {change.old.type}" if change.old is not None and change.old.type else ""
        sure = "is" if change.old is not None else "may be"
        yield Remark(
            message=f"Every row of {spelled(change.table)} {sure} written anew to make {name(change.name)} "
            f"{change.type}{was}, and all indexes with them; nobody can use the table meanwhile.",
            about=spelled(change.table),
            advice="Fill a second column in batches, and let it take the name of the first.",
            safe=_safe(change),
            severity=weight(change.table, around, Severity.ERROR),
        )


def _safe(change: Retyped) -> str:
    table, old, new = spelled(change.table), name(change.name), name(f"{change.name}_new")
    value = f"{old}::{change.type}"
    return own(
        f"ALTER TABLE {table} ADD COLUMN {new} {change.type};\n"
        "-- A trigger that keeps it up to date for rows that are written from now on belongs here.",
        filled(change.table, new, value),
        f"ALTER TABLE {table} RENAME COLUMN {old} TO {name(change.name + '_old')};\n"
        f"ALTER TABLE {table} RENAME COLUMN {new} TO {old};",
    )


CHECK = Check(
    name="type-change-rewrite",
    code="RW07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="ALTER COLUMN TYPE that converts every row",
    kinds=("AT_AlterColumnType",),
    statement=_look,
    same_as=(
        "squawk changing-column-type",
        "strong_migrations change_column",
        "eugene E5",
        "atlas PG301",
        "pgfence alter-column-type",
    ),
)
