"""ADD COLUMN with REFERENCES stops the writers of both tables; with a default it also reads both whole.

Without a default the rows that are there hold NULL, which refers to nothing, so nothing is read; but the table that is
referred to is locked SHARE ROW EXCLUSIVE, and the other one ACCESS EXCLUSIVE, until the transaction ends.  With a
default every row is looked up.  The foreign key can come later, NOT VALID, and be validated while others write.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.constraints import referred
from seachange.checks.rewriting import Addition, additions, is_read, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql import tree
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_DEFAULT, CONSTR_FOREIGN
from seachange.sql.quote import listed, name


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        key = each.new.constraints.get(CONSTR_FOREIGN)
        others = [] if key is None else [path for path in referred(key.pktable, around.world)]
        if key is None or not others or around.world.is_new(others[0]):
            continue
        both = f"{spelled(each.table)} and {spelled(others[0])}"
        if is_read(each.table, around):
            message = f"All rows of {both} are read, and nobody writes to either of them meanwhile."
            severity = weight(each.table, around, Severity.WARNING)
        else:
            message = f"Writers of {both} wait until the transaction ends, though no row is read."
            severity = Severity.NOTE
        yield Remark(
            message=message,
            about=spelled(each.table),
            at=key.location,
            advice="Add the foreign key by itself as NOT VALID, and validate it in a transaction of its own.",
            safe=_safe(each, spelled(others[0])),
            severity=severity,
        )


def _safe(each: Addition, other: str) -> str:
    key, table = each.new.constraints[CONSTR_FOREIGN], spelled(each.table)
    label = name(key.conname or f"{each.table[-1]}_{each.new.column.colname}_fkey")
    columns = listed(part.string.sval for part in key.pk_attrs)
    given = each.new.constraints.get(CONSTR_DEFAULT)
    default = f" DEFAULT {tree.text(given.raw_expr)}" if given is not None else ""
    return own(
        f"ALTER TABLE {table} ADD COLUMN {each.column} {tree.type_text(each.new.column.type_name)}{default};",
        f"ALTER TABLE {table} ADD CONSTRAINT {label} FOREIGN KEY ({each.column}) "
        f"REFERENCES {other}{f' ({columns})' if columns else ''} NOT VALID;",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {label};",
    )


CHECK = Check(
    name="add-column-references",
    code="RW06",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="ADD COLUMN with a foreign key",
    kinds=("AT_AddColumn",),
    statement=_look,
    same_as=("squawk adding-foreign-key-constraint",),
)
