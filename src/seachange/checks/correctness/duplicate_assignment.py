"""A statement that gives one column two values, or makes two columns of one name, is refused (42601, 42701).

That is so in the list of an INSERT, in the SET of an UPDATE or MERGE, in tables and in views, where columns that nobody
has named often have the same name.  Elements of an array and fields of a row may be set one by one.

Names are compared as PostgreSQL reads them: folded to lower case unless quoted, and cut after 63 bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, strings
from seachange.checks.outputs import output_name
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import A_Star, AlterTableStmt, AT_AddColumn, ColumnRef, MergeWhenClause, SelectStmt
from seachange.sql.quote import name
from seachange.sql.tree import inner, walk

_Named = tuple[str, Any]
_Group = tuple[str, Iterable[_Named]]


def _look(written: Written, around: Around) -> Remarks:
    for what, group in _groups(written.node):
        seen: set[str] = set()
        for column, node in group:
            if column in seen:
                yield Remark(
                    message=f"{name(column)} {what}.",
                    about=name(column),
                    at=node,
                    advice="Keep one of them.",
                )
            seen.add(column)


def _groups(node: Any) -> Iterator[_Group]:
    """Lists in which each name may stand once."""
    yield from _LISTS[node.DESCRIPTOR.name](node)


def _inserted(node: Any) -> Iterator[_Group]:
    yield "is named twice", _targets(node.cols)
    yield "is given two values", _targets(node.on_conflict_clause.target_list)


def _updated(node: Any) -> Iterator[_Group]:
    yield "is given two values", _targets(node.target_list)


def _merged(node: Any) -> Iterator[_Group]:
    for clause in walk(node):
        if isinstance(clause, MergeWhenClause):
            yield "is given two values", _targets(clause.target_list)


def _table(node: Any) -> Iterator[_Group]:
    yield "is made twice", _defined(node.table_elts)


def _foreign_table(node: Any) -> Iterator[_Group]:
    yield "is made twice", _defined(node.base_stmt.table_elts)


def _altered(node: Any) -> Iterator[_Group]:
    yield "is added twice", _added(node)


def _view(node: Any) -> Iterator[_Group]:
    yield "is the name of two columns", _selected(inner(node.query), strings(node.aliases))


def _filled(node: Any) -> Iterator[_Group]:
    yield "is the name of two columns", _selected(inner(node.query), strings(node.into.col_names))


def _targets(targets: Iterable[Any]) -> Iterator[_Named]:
    for each in targets:
        if not each.res_target.indirection:
            yield each.res_target.name, each.res_target


def _defined(elements: Iterable[Any]) -> Iterator[_Named]:
    yield from ((each.column_def.colname, each.column_def) for each in elements if each.HasField("column_def"))


def _added(node: AlterTableStmt) -> Iterator[_Named]:
    for command in commands(node, AT_AddColumn):
        if not command.missing_ok:
            yield definition(command).colname, definition(command)


def _selected(query: Any, names: tuple[str, ...]) -> Iterator[_Named]:
    """The columns of a query; none where a star stands for others."""
    while isinstance(query, SelectStmt) and query.HasField("larg"):
        query = query.larg
    if not isinstance(query, SelectStmt):
        return
    targets = [each.res_target for each in query.target_list]
    values = [inner(target.val) for target in targets]
    if any(isinstance(value, ColumnRef) and isinstance(inner(value.fields[-1]), A_Star) for value in values):
        return
    for at, (target, value) in enumerate(zip(targets, values, strict=True)):
        yield (names[at] if at < len(names) else target.name or output_name(value)), target


_LISTS = {
    "InsertStmt": _inserted,
    "UpdateStmt": _updated,
    "MergeStmt": _merged,
    "CreateStmt": _table,
    "CreateForeignTableStmt": _foreign_table,
    "AlterTableStmt": _altered,
    "ViewStmt": _view,
    "CreateTableAsStmt": _filled,
}

CHECK = Check(
    name="duplicate-assignment",
    code="CO33",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="columns that are named twice",
    kinds=tuple(_LISTS),
    statement=_look,
    same_as=("squawk ban-duplicate-column-assignments",),
)
