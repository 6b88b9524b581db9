"""ADD COLUMN with a CHECK reads the whole table while nobody can use it.

The rows that are there all have the same value, NULL or the default, but PostgreSQL reads each of them to see that it
fits.  The CHECK can be added NOT VALID in the same transaction as the column, and be validated in the next one, under a
lock that stops neither readers nor writers.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import Addition, additions, is_read, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql import tree
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        check = each.new.constraints.get(CONSTR_CHECK)
        if check is None or not is_read(each.table, around):
            continue
        yield Remark(
            message=f"All rows of {spelled(each.table)} are read to hold {each.column} against its CHECK, and nobody "
            "can use the table meanwhile.",
            about=spelled(each.table),
            at=check.location,
            advice="Add the CHECK by itself as NOT VALID, and validate it in a transaction of its own.",
            safe=_safe(each),
            severity=weight(each.table, around, Severity.WARNING),
        )


def _safe(each: Addition) -> str:
    check = each.new.constraints[CONSTR_CHECK]
    label = name(check.conname or f"{each.table[-1]}_{each.new.column.colname}_check")
    table = spelled(each.table)
    return own(
        f"ALTER TABLE {table} ADD COLUMN {each.column} {tree.type_text(each.new.column.type_name)};\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {label} CHECK ({tree.text(check.raw_expr)}) NOT VALID;",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {label};",
    )


CHECK = Check(
    name="add-column-check",
    code="RW05",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="ADD COLUMN with a CHECK that all rows are held against",
    kinds=("AT_AddColumn",),
    statement=_look,
)
