"""Queries, and what the names in them stand for.

`placed` gives every expression of a statement with the scope that it stands in.  A name is followed through subqueries,
WITH and views down to the column of a table; where that cannot be told, it stands for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import MaterializedView, View
from seachange.checks.outputs import output_name
from seachange.checks.world import World
from seachange.sql.nodes import (
    A_Star,
    ColumnRef,
    DeleteStmt,
    InsertStmt,
    JoinExpr,
    MergeStmt,
    Node,
    RangeSubselect,
    RangeVar,
    SelectStmt,
    SubLink,
    UpdateStmt,
)
from seachange.sql.tree import NotParsed, children, inner, tree

QUERIES = (SelectStmt, InsertStmt, UpdateStmt, DeleteStmt, MergeStmt)
DEEPEST = 8
"""Views of views: further down nobody looks."""

Origin = tuple[Path, str]
"""A column of a table."""
Outputs = Mapping[str, Origin | None]
"""The columns of something by name, each with the column of a table that it is; None where it is computed."""


class Source(Struct, frozen=True):
    """What a query reads under one name.  `outputs` is None where its columns are not known."""

    name: str
    outputs: Outputs | None = None
    path: Path | None = None
    schema: str = ""


class Scope(Struct, frozen=True):
    """What names may stand for: what the query reads, and then what the queries around it read."""

    sources: tuple[Source, ...] = ()
    outer: Scope | None = None
    shared: Mapping[str, Outputs | None] = {}
    """What WITH names."""

    def origin(self, ref: Any) -> Origin | None:
        """The column that a name stands for."""
        names = [part.string.sval for part in ref.fields if part.HasField("string")]
        if len(names) != len(ref.fields) or not names:
            return None
        source = self.source(names)
        return (source.outputs or {}).get(names[-1]) if source else None

    def source(self, names: list[str]) -> Source | None:
        """What a column of these names is read from, where that is sure."""
        if len(names) > 1:
            found = [one for one in self.sources if _called(one, names[:-1])]
        else:
            found = [one for one in self.sources if one.outputs is None or names[0] in one.outputs]
        if not found and self.outer:
            return self.outer.source(names)
        sure = [one for one in found if one.outputs is not None]
        return found[0] if len(found) == 1 and sure else None


class Placed(Struct, frozen=True):
    """An expression, and the scope that it stands in.  `clause` is where: `where`, `join`, `target` or another."""

    node: Message
    scope: Scope
    clause: str
    parts: tuple[Message, ...]
    """The expression and all below it, without going into the queries in it."""


def standing(node: Any, scope: Scope, clause: str) -> Placed:
    """An expression in its place."""
    return Placed(node, scope, clause, tuple(outside(node)))


def _called(source: Source, names: list[str]) -> bool:
    return source.name == names[-1] and (len(names) == 1 or source.schema in ("", names[0]))


def placed(node: Any, world: World) -> Iterator[Placed]:
    """Every expression in the queries of a statement, and in its conditions."""
    match node.DESCRIPTOR.name:
        case "SelectStmt" | "InsertStmt" | "UpdateStmt" | "DeleteStmt" | "MergeStmt":
            yield from _query(node, Scope(), world)
        case "ViewStmt" | "CreateTableAsStmt" | "ExplainStmt" | "PrepareStmt" | "DeclareCursorStmt" | "CopyStmt":
            yield from _nested(node.query, Scope(), world)
        case "IndexStmt":
            scope = Scope((relation_source(node.relation, world),))
            yield from _each([node.where_clause] if node.HasField("where_clause") else [], scope, "where", world)
        case "CreatePolicyStmt" | "AlterPolicyStmt":
            scope = Scope((relation_source(node.table, world),))
            for field in ("qual", "with_check"):
                yield from _each([getattr(node, field)] if node.HasField(field) else [], scope, "where", world)
        case "CreateTrigStmt":
            table = relation_source(node.relation, world)
            rows = tuple(Source(name, table.outputs, table.path) for name in ("old", "new"))
            yield from _each([node.when_clause] if node.HasField("when_clause") else [], Scope(rows), "where", world)


def relation_source(named: Any, world: World) -> Source:
    """A relation as a query reads it."""
    fact = world.relation(named)
    name = named.alias.aliasname if named.HasField("alias") else named.relname
    if fact is None:
        return Source(name, None, None, named.schemaname)
    return Source(name, outputs_of(fact.names, world), fact.names, fact.names[0])


def outputs_of(path: Path, world: World, depth: int = 0) -> Outputs | None:
    """The columns of a relation; those of a view, as far as they can be followed."""
    known: dict[Path, Outputs | None] = world.__dict__.setdefault("outputs", {})
    if path not in known:
        known[path] = _outputs(path, world, depth)
    return known[path]


def _outputs(path: Path, world: World, depth: int) -> Outputs | None:
    columns = [column.names[-1] for column in world.columns(path)]
    if not columns:
        return None
    fact = world.at(path)
    if not isinstance(fact, View | MaterializedView):
        return {column: (path, column) for column in columns}
    followed = _view(fact.definition, world, depth) if depth < DEEPEST else None
    return {column: (followed or {}).get(column) for column in columns}


def _view(definition: str, world: World, depth: int) -> Outputs | None:
    try:
        node = tree(definition)
    except NotParsed:
        return None
    return query_outputs(node, Scope(), world, depth + 1) if node is not None else None


def query_outputs(node: Any, scope: Scope, world: World, depth: int = 0) -> Outputs | None:
    """The columns that a query gives; None where a star stands for nobody knows what."""
    if not isinstance(node, SelectStmt):
        return None
    if node.HasField("larg"):
        inside = _scope_with(node, scope, world, depth)
        left = query_outputs(node.larg, inside, world, depth)
        return None if left is None else dict.fromkeys(left)
    if node.values_lists:
        return {f"column{at}": None for at in range(1, len(node.values_lists[0].list.items) + 1)}
    inside = _within(node, scope, world, depth)
    found: dict[str, Origin | None] = {}
    for each in node.target_list:
        value = inner(each.res_target.val)
        if isinstance(value, ColumnRef) and isinstance(inner(value.fields[-1]), A_Star):
            starred = _starred(value, inside)
            if starred is None:
                return None
            found.update(starred)
        else:
            name = each.res_target.name or output_name(value)
            found[name] = inside.origin(value) if isinstance(value, ColumnRef) else None
    return found


def _starred(star: Any, scope: Scope) -> Outputs | None:
    names = [part.string.sval for part in star.fields if part.HasField("string")]
    sources = [one for one in scope.sources if not names or _called(one, names)]
    found: dict[str, Origin | None] = {}
    for source in sources:
        if source.outputs is None:
            return None
        found.update(source.outputs)
    return found if sources else None


def _scope_with(node: Any, outer: Scope, world: World, depth: int = 0) -> Scope:
    """The scope around a query, with what its WITH names."""
    shared = dict(outer.shared)
    for each in node.with_clause.ctes if node.HasField("with_clause") else ():
        cte = each.common_table_expr
        outputs = query_outputs(inner(cte.ctequery), Scope((), outer, shared), world, depth)
        names = [part.string.sval for part in cte.aliascolnames]
        shared[cte.ctename] = _renamed(outputs, names)
    return Scope((), outer, shared)


def _renamed(outputs: Outputs | None, names: list[str]) -> Outputs | None:
    if outputs is None or not names:
        return outputs
    values = list(outputs.items())
    return dict([*zip(names, (origin for _, origin in values), strict=False), *values[len(names) :]])


def _within(node: Any, outer: Scope, world: World, depth: int = 0) -> Scope:
    """The scope of a query's own expressions."""
    scope = _scope_with(node, outer, world, depth)
    return Scope(tuple(_sources(_read(node), scope, world, depth)), outer, scope.shared)


def _read(node: Any) -> Iterator[Any]:
    """The items that a query reads, its target included."""
    if not isinstance(node, SelectStmt) and node.HasField("relation"):
        yield node.relation
    for field in ("from_clause", "using_clause"):
        yield from getattr(node, field, ()) if field in node.DESCRIPTOR.fields_by_name else ()
    if isinstance(node, MergeStmt):
        yield node.source_relation


def _sources(items: Iterable[Any], scope: Scope, world: World, depth: int = 0) -> Iterator[Source]:
    for item in map(inner, items):
        match item:
            case RangeVar():
                yield _table(item, scope, world, depth)
            case RangeSubselect():
                outputs = query_outputs(inner(item.subquery), scope, world, depth)
                yield Source(item.alias.aliasname, _renamed(outputs, _aliases(item)))
            case JoinExpr():
                yield from _sources([item.larg, item.rarg], scope, world, depth)
                yield from [Source(item.alias.aliasname)] if item.HasField("alias") else []
            case _ if "alias" in item.DESCRIPTOR.fields_by_name:
                yield Source(item.alias.aliasname)


def _table(item: Any, scope: Scope, world: World, depth: int) -> Source:
    """What WITH names, or a relation."""
    if not item.schemaname and item.relname in scope.shared:
        name = item.alias.aliasname if item.HasField("alias") else item.relname
        return Source(name, _renamed(scope.shared[item.relname], _aliases(item)))
    found = relation_source(item, world)
    known = depth and found.path and found.outputs is not None
    outputs = outputs_of(found.path, world, depth) if known and found.path else found.outputs
    return Source(found.name, _renamed(outputs, _aliases(item)), found.path, found.schema)


def _aliases(item: Any) -> list[str]:
    return [part.string.sval for part in item.alias.colnames] if item.HasField("alias") else []


_CLAUSES = {
    "where_clause": "where",
    "having_clause": "where",
    "join_condition": "join",
    "target_list": "target",
    "group_clause": "group",
    "sort_clause": "sort",
    "distinct_clause": "group",
    "window_clause": "group",
    "values_lists": "values",
    "limit_count": "limit",
    "limit_offset": "limit",
    "returning_clause": "returning",
    "merge_when_clauses": "merge",
}


def _query(node: Any, outer: Scope, world: World) -> Iterator[Placed]:
    """The expressions of a query, then those of the queries in it."""
    around = _scope_with(node, outer, world)
    for each in node.with_clause.ctes if node.HasField("with_clause") else ():
        yield from _nested(each.common_table_expr.ctequery, Scope((), outer, around.shared), world)
    if isinstance(node, SelectStmt) and node.HasField("larg"):
        yield from _query(node.larg, around, world)
        yield from _query(node.rarg, around, world)
        return
    scope = _within(node, outer, world)
    for item in _read(node):
        yield from _joined(inner(item), scope, world)
    if isinstance(node, InsertStmt):
        yield from _inserted(node, scope, world)
    for field, clause in _CLAUSES.items():
        if field in node.DESCRIPTOR.fields_by_name and (value := getattr(node, field)):
            present = isinstance(value, Message) and not node.HasField(field)
            yield from _each([] if present else [value] if isinstance(value, Message) else value, scope, clause, world)


def _inserted(node: Any, scope: Scope, world: World) -> Iterator[Placed]:
    if node.HasField("select_stmt"):
        yield from _nested(node.select_stmt, Scope((), scope.outer, scope.shared), world)
    if node.HasField("on_conflict_clause"):
        target = scope.sources[0]
        rows = Scope((target, Source("excluded", target.outputs, target.path)), scope.outer, scope.shared)
        conflict = node.on_conflict_clause
        yield from _each(conflict.target_list, rows, "target", world)
        yield from _each([conflict.where_clause] if conflict.HasField("where_clause") else [], rows, "where", world)


def _joined(item: Any, scope: Scope, world: World) -> Iterator[Placed]:
    """The conditions of joins, and the queries in FROM."""
    match item:
        case JoinExpr():
            yield from _each([item.quals] if item.HasField("quals") else [], scope, "join", world)
            yield from _joined(inner(item.larg), scope, world)
            yield from _joined(inner(item.rarg), scope, world)
        case RangeSubselect():
            outer = Scope(scope.sources if item.lateral else (), scope.outer, scope.shared)
            yield from _nested(item.subquery, outer, world)
        case _ if item.DESCRIPTOR.name == "RangeFunction":
            yield from _each(item.functions, scope, "from", world)


def _each(nodes: Iterable[Any], scope: Scope, clause: str, world: World) -> Iterator[Placed]:
    for each in nodes:
        one = standing(inner(each), scope, clause)
        yield one
        for part in one.parts:
            if isinstance(part, SubLink):
                yield from _nested(part.subselect, scope, world)


def _nested(query: Any, scope: Scope, world: World) -> Iterator[Placed]:
    node = inner(query)
    if isinstance(node, QUERIES):
        yield from _query(node, scope, world)


def outside(node: Message, stop: Callable[[Message], bool] | None = None) -> Iterator[Message]:
    """An expression and all below it, without going into the queries in it, nor into what `stop` says."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.__class__ is not Node:
            if isinstance(each, QUERIES) or (stop and stop(each)):
                continue
            yield each
        waiting += reversed(children(each))
