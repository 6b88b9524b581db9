"""A label that ALTER TYPE … ADD VALUE adds cannot be used before the transaction is committed (55P04).

The server refuses it in rows, defaults and conditions.  Where the type itself was made in the same transaction, it may
be used at once.

Have the ADD VALUE in a migration of its own, which is committed before this one begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import strings
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import A_Const, AlterEnumStmt, CreateEnumStmt, RangeVar, TypeCast
from seachange.sql.quote import literal, path
from seachange.sql.tree import inner, walk

_USES = (
    "SelectStmt",
    "InsertStmt",
    "UpdateStmt",
    "DeleteStmt",
    "MergeStmt",
    "AlterTableStmt",
    "CreateStmt",
    "IndexStmt",
    "ViewStmt",
    "CreateTableAsStmt",
    "CreatePolicyStmt",
)


def _look(written: Written, around: Around) -> Remarks:
    earlier = around.before
    added = [each.node for each in earlier if isinstance(each.node, AlterEnumStmt)] if earlier else []
    made = {strings(each.node.type_name)[-1] for each in earlier if isinstance(each.node, CreateEnumStmt)}
    for enum in added:
        named = strings(enum.type_name)
        if enum.new_val and named[-1] not in made:
            for use in _uses(written.node, enum.new_val, named, around):
                yield Remark(
                    message=f"{literal(enum.new_val)} was added to {path(named)} in this transaction, and cannot be"
                    " used before it is committed.",
                    about=path(named),
                    at=use,
                    advice="Add the label in a migration of its own, which is committed before.",
                )
                break


def _uses(node: Any, label: str, enum: tuple[str, ...], around: Around) -> Iterator[Any]:
    """The constants that may be the label: not such as are cast to another type, nor where no table has the enum."""
    if not _concerned(node, enum, around):
        return
    others = set()
    for part in walk(node):
        if isinstance(part, TypeCast) and strings(part.type_name.names)[-1] != enum[-1]:
            others.add(inner(part.arg).location if isinstance(inner(part.arg), A_Const) else -1)
        if isinstance(part, A_Const) and part.sval.sval == label and part.location not in others:
            yield part


def _concerned(node: Any, enum: tuple[str, ...], around: Around) -> bool:
    """Whether a table that the statement names may have a column of the enum."""
    tables = [part for part in walk(node) if isinstance(part, RangeVar)]
    casts = any(isinstance(part, TypeCast) and strings(part.type_name.names)[-1] == enum[-1] for part in walk(node))
    known = [around.world.columns(around.world.path(table)) for table in tables]
    if casts or not tables or not all(known):
        return True
    return any(column.type.removesuffix("[]").endswith(path(enum[-1:])) for columns in known for column in columns)


CHECK = Check(
    name="enum-value-used-in-same-transaction",
    code="CO07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="labels that are used before they are committed",
    kinds=_USES,
    statement=_look,
)
