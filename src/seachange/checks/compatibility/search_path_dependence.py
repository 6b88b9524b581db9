"""A name without a schema means whatever the session's search path leads to.

The same script makes its tables in another schema when another role runs it, when the database or the role has a
setting of its own, or when a schema of the role's name comes into being.  A DROP then finds nothing, or something
else.  A tool that sets the search path itself, and a pooler that leaves it behind, do the same.

Write the schema with each name that is made, altered or dropped, or set search_path at the beginning of the script.
Only told where a project asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import IN_SCHEMA, KINDS, RELATIONS, ROUTINES, strings
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    DropStmt,
    RangeVar,
    TruncateStmt,
    VariableSetStmt,
)
from seachange.sql.tree import inner, kind

_PLACED = RELATIONS | IN_SCHEMA | ROUTINES
_TEMPORARY = "t"


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    bare = [name for name in _named(written.node) if name]
    if bare and not _is_set(around):
        for name in bare:
            yield Remark(
                message=f"Which {name} this is depends on the search path of the session.",
                about=name,
                advice="Write its schema, or set search_path at the beginning of the script.",
            )


def _is_set(around: Around) -> bool:
    """Whether the script says itself where names are looked for."""
    return any(isinstance(one.node, VariableSetStmt) and one.node.name == "search_path" for one in around.earlier)


_RELATIONS: Mapping[str, Callable[[Any], Any]] = {
    "CreateStmt": lambda node: node.relation,
    "AlterTableStmt": lambda node: node.relation,
    "IndexStmt": lambda node: node.relation,
    "ViewStmt": lambda node: node.view,
    "CreateSeqStmt": lambda node: node.sequence,
    "CreateTableAsStmt": lambda node: node.into.rel,
    "SelectStmt": lambda node: node.into_clause.rel,
}
_LISTS: Mapping[str, Callable[[Any], Any]] = {
    "CreateFunctionStmt": lambda node: node.funcname,
    "CreateEnumStmt": lambda node: node.type_name,
}


def _named(node: Message) -> Iterator[str]:
    if isinstance(node, DropStmt):
        if KINDS.get(node.remove_type) in _PLACED:
            yield from (_last(strings(_parts(inner(each)))) for each in node.objects)
    elif isinstance(node, TruncateStmt):
        yield from (_bare(each.range_var) for each in node.relations)
    elif kind(node) in _LISTS:
        yield _last(strings(_LISTS[kind(node)](node)))
    else:
        yield _bare(_RELATIONS[kind(node)](node))


def _parts(node: Message) -> Iterator[Message]:
    for field in ("items", "names", "objname"):
        yield from getattr(node, field, ())


def _last(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ""


def _bare(relation: RangeVar) -> str:
    return "" if relation.schemaname or relation.relpersistence == _TEMPORARY else str(relation.relname)


CHECK = Check(
    name="search-path-dependence",
    code="CM20",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="names without a schema",
    kinds=("DropStmt", "TruncateStmt", *_RELATIONS, *_LISTS),
    statement=_look,
    optional=True,
    same_as=("squawk require-table-schema",),
)
