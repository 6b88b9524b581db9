"""ADD COLUMN with a default that is another value for each row writes the whole table anew while nobody can use it.

A default that PostgreSQL can fold into one value - a constant, `now()`, `current_user`, a function of your own that is
immutable or stable - is kept beside the table, and the statement takes an instant, on all versions from 14 to 18.  With
`gen_random_uuid()`, `random()`, `clock_timestamp()` or `nextval()` every row needs its own value: PostgreSQL copies the
table under ACCESS EXCLUSIVE and builds every index anew.  Readers and writers wait until that is done.

Added without the default, the column is there at once.  The default then serves new rows, and old ones are filled some
at a time.  A function in plain SQL whose body is a constant counts as a constant, whatever it is declared to be.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.folding import is_volatile
from seachange.checks.rewriting import Addition, additions, filled, is_rewritten, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql import tree
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_DEFAULT


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        given = each.new.constraints.get(CONSTR_DEFAULT)
        default = each.new.default
        if default is None or not is_volatile(default, around.world) or not is_rewritten(each.table, around):
            continue
        yield Remark(
            message=f"Every row of {spelled(each.table)} gets a value of its own for {each.column}: the table and its "
            "indexes are written anew, and nobody can use it meanwhile.",
            about=spelled(each.table),
            at=given.location if given is not None else None,
            advice="Add the column without the default, set the default for new rows, and fill the others in batches.",
            safe=_safe(each, tree.text(default)),
            severity=weight(each.table, around, Severity.ERROR),
        )


def _safe(each: Addition, value: str) -> str:
    table, type = spelled(each.table), tree.type_text(each.new.column.type_name)
    return own(
        f"ALTER TABLE {table} ADD COLUMN {each.column} {type};\n"
        f"ALTER TABLE {table} ALTER COLUMN {each.column} SET DEFAULT {value};",
        filled(each.table, each.column, value),
    )


CHECK = Check(
    name="add-column-volatile-default",
    code="RW01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="ADD COLUMN with a default that differs from row to row",
    kinds=("AT_AddColumn",),
    statement=_look,
    same_as=(
        "squawk adding-field-with-default",
        "strong_migrations add_column_default",
        "eugene E10",
        "atlas PG302",
    ),
)
