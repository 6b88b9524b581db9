"""ADD COLUMN that counts by itself, as serial or by identity, writes the whole table anew while nobody can use it.

Every row that is there gets a number, so PostgreSQL copies the table under ACCESS EXCLUSIVE and builds its indexes
anew.  A plain column takes an instant; a sequence gives new rows their number, and the others are filled some at a
time.  Once the column is NOT NULL, ADD GENERATED makes an identity of it in an instant.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import Addition, additions, filled, is_rewritten, own, weight
from seachange.checks.typed import type_of
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import literal, name, path


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        if not each.new.counted or not is_rewritten(each.table, around):
            continue
        yield Remark(
            message=f"Every row of {spelled(each.table)} gets a number in {each.column}: the table and its indexes are "
            "written anew, and nobody can use it meanwhile.",
            about=spelled(each.table),
            at=each.new.column.location,
            advice="Add a plain column and a sequence, number the rows in batches, then make it an identity.",
            safe=_safe(each, around),
            severity=weight(each.table, around, Severity.ERROR),
        )


def _safe(each: Addition, around: Around) -> str:
    table, counter = spelled(each.table), (*each.table[:-1], f"{each.table[-1]}_{each.new.column.colname}_seq")
    value = f"nextval({literal(path(counter))})"
    return own(
        f"CREATE SEQUENCE {spelled(counter)};\n"
        f"ALTER TABLE {table} ADD COLUMN {each.column} {type_of(each.new.column.type_name, around.world)};\n"
        f"ALTER TABLE {table} ALTER COLUMN {each.column} SET DEFAULT {value};\n"
        f"ALTER SEQUENCE {spelled(counter)} OWNED BY {table}.{each.column};",
        filled(each.table, each.column, value),
        f"ALTER TABLE {table} ADD CONSTRAINT {name(each.new.column.colname + '_is_not_null')} "
        f"CHECK ({each.column} IS NOT NULL) NOT VALID;",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name(each.new.column.colname + '_is_not_null')};",
        f"ALTER TABLE {table} ALTER COLUMN {each.column} SET NOT NULL;",
    )


CHECK = Check(
    name="add-column-serial-or-identity",
    code="RW02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="ADD COLUMN that numbers every row there is",
    kinds=("AT_AddColumn",),
    statement=_look,
    same_as=(
        "strong_migrations add_column_auto_incrementing",
        "eugene E11",
        "pgls addSerialColumn",
    ),
)
