"""What comes out of a query: names and types of its columns, as far as the grammar and what is known tell."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.checks.making.facts import names
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CoalesceExpr,
    ColumnRef,
    FuncCall,
    JoinExpr,
    RangeSubselect,
    RangeVar,
    ResTarget,
    SelectStmt,
    TypeCast,
)

Output = list[tuple[str, str]]
"""Names with types; a type that nobody knows is empty."""
UNNAMED = "?column?"


def output(query: Message, world: World) -> Output:
    if not isinstance(query, SelectStmt):
        return []
    if query.HasField("larg"):
        return output(query.larg, world)
    if query.values_lists:
        return [(f"column{at}", "") for at, _ in enumerate(query.values_lists[0].list.items, 1)]
    sources = dict(_sources(query, world))
    return [found for target in query.target_list for found in _target(tree.inner(target), sources, world)]


def _sources(query: SelectStmt, world: World) -> Iterator[tuple[str, Output]]:
    own = {}
    for each in query.with_clause.ctes:
        own[each.common_table_expr.ctename] = output(tree.inner(each.common_table_expr.ctequery), world)
    for item in query.from_clause:
        yield from _source(tree.inner(item), own, world)


def _source(item: Message, own: dict[str, Output], world: World) -> Iterator[tuple[str, Output]]:
    match item:
        case RangeVar():
            label = item.alias.aliasname or item.relname
            if not item.schemaname and item.relname in own:
                yield label, own[item.relname]
            else:
                yield label, _columns(world.path(item), world)
        case RangeSubselect():
            yield item.alias.aliasname, output(tree.inner(item.subquery), world)
        case JoinExpr():
            for side in (item.larg, item.rarg):
                yield from _source(tree.inner(side), own, world)


def _columns(relation: Path, world: World) -> Output:
    return [(column.names[-1], column.type) for column in world.columns(relation)]


def _target(target: Message, sources: dict[str, Output], world: World) -> Iterator[tuple[str, str]]:
    assert isinstance(target, ResTarget)
    value = tree.inner(target.val)
    if isinstance(value, ColumnRef) and value.fields[-1].HasField("a_star"):
        wanted = names(value.fields)[-2:-1]
        for label, columns in sources.items():
            if not wanted or label == wanted[0]:
                yield from columns
        return
    name, type = _named(value, sources, world)
    yield target.name or name, type


def _named(value: Message, sources: dict[str, Output], world: World) -> tuple[str, str]:
    match value:
        case ColumnRef():
            *table, name = names(value.fields)
            found = (columns for label, columns in sources.items() if not table or label == table[-1])
            return name, next((type for columns in found for other, type in columns if other == name), "")
        case TypeCast():
            inner, _ = _named(tree.inner(value.arg), sources, world)
            return inner if inner != UNNAMED else names(value.type_name.names)[-1], type_of(value.type_name, world)
        case FuncCall():
            return names(value.funcname)[-1], ""
        case CoalesceExpr():
            return "coalesce", ""
    return UNNAMED, ""
