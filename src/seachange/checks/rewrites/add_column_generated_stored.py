"""A stored generated column that is added, or gets another expression, has the whole table written anew.

PostgreSQL computes the value of every row under ACCESS EXCLUSIVE, copies the table and builds its indexes anew.  From
18 on a VIRTUAL column takes an instant, since it is computed when it is read; if it is NOT NULL, or has a CHECK, all
rows are still read.  Before that, an index on the expression serves queries, or a trigger fills a plain column whose
old rows are filled some at a time.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import Addition, additions, commands, is_read, is_rewritten, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql import tree
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK, CONSTR_GENERATED, AT_SetExpression
from seachange.sql.quote import name

VIRTUAL_SINCE = 180000


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        if each.new.stored and is_rewritten(each.table, around):
            yield _rewritten(each, around)
        elif each.new.virtual and CONSTR_CHECK not in each.new.constraints and is_read(each.table, around):
            yield Remark(
                message=f"All rows of {spelled(each.table)} are read to see that {each.column} is never null, and "
                "nobody can use the table meanwhile.",
                about=spelled(each.table),
                advice="Add the column without NOT NULL.",
                severity=weight(each.table, around, Severity.WARNING),
                same_as=("eugene E11",),
            )
    for table, command in commands(around, AT_SetExpression):
        if is_rewritten(table, around):
            yield Remark(
                message=f"{name(command.name)} is computed anew for every row of {spelled(table)}: the table and its "
                "indexes are written anew, and nobody can use it meanwhile.",
                about=spelled(table),
                advice="Fill a new column in batches and let it take the place of the old one.",
                severity=weight(table, around, Severity.ERROR),
            )


def _rewritten(each: Addition, around: Around) -> Remark:
    generated = each.new.constraints[CONSTR_GENERATED]
    text, type = tree.text(generated.raw_expr), tree.type_text(each.new.column.type_name)
    virtual = around.version >= VIRTUAL_SINCE
    column = f"ADD COLUMN {each.column} {type} GENERATED ALWAYS AS ({text}) VIRTUAL"
    index = f"CREATE INDEX CONCURRENTLY ON {spelled(each.table)} (({text}))"
    return Remark(
        message=f"{each.column} is computed and stored for every row of {spelled(each.table)}: the table and its "
        "indexes are written anew, and nobody can use it meanwhile.",
        about=spelled(each.table),
        at=generated.location,
        advice="Let it be virtual." if virtual else "Index the expression, or fill a plain column by a trigger.",
        safe=f"ALTER TABLE {spelled(each.table)} {column};" if virtual else f"{index};",
        severity=weight(each.table, around, Severity.ERROR),
    )


CHECK = Check(
    name="add-column-generated-stored",
    code="RW03",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="a generated column that is stored in every row there is",
    kinds=("AT_AddColumn", "AT_SetExpression"),
    statement=_look,
    same_as=("squawk adding-field-with-default", "strong_migrations add_column_generated_stored", "eugene E11"),
)
