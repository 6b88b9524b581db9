"""In which version of PostgreSQL what a statement says was new, from 15 on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.checks import builtin
from seachange.checks.objects import commands, given, strings
from seachange.checks.world import World
from seachange.sql import nodes
from seachange.sql.nodes import (
    CONSTR_ATTR_ENFORCED,
    CONSTR_ATTR_NOT_ENFORCED,
    CONSTR_FOREIGN,
    CONSTR_GENERATED,
    CONSTR_NOTNULL,
    AlterTableStmt,
    AT_AddConstraint,
    AT_AlterConstraint,
    AT_SetAccessMethod,
    AT_SetExpression,
    ColumnRef,
    CreateForeignTableStmt,
    CreateStmt,
    MergeStmt,
    RuleStmt,
)
from seachange.sql.tree import kind, walk

New = tuple[int, str]
"""A version, and what came with it."""
NEWEST = 18
_BY_SOURCE = nodes.MERGE_WHEN_NOT_MATCHED_BY_SOURCE
_JSON = {
    "JsonTable": (17, "JSON_TABLE"),
    "JsonFuncExpr": (17, "JSON_EXISTS, JSON_QUERY or JSON_VALUE"),
    "JsonScalarExpr": (17, "JSON_SCALAR"),
    "JsonSerializeExpr": (17, "JSON_SERIALIZE"),
    "JsonParseExpr": (17, "JSON()"),
    "JsonIsPredicate": (16, "IS JSON"),
    "JsonObjectConstructor": (16, "JSON_OBJECT"),
    "JsonArrayConstructor": (16, "JSON_ARRAY"),
    "JsonObjectAgg": (16, "JSON_OBJECTAGG"),
    "JsonArrayAgg": (16, "JSON_ARRAYAGG"),
}
_OPTIONS = {
    "security_invoker": 15,
    "publish_generated_columns": 18,
    "on_error": 17,
    "log_verbosity": 17,
    "reject_limit": 18,
    "buffer_usage_limit": 16,
    "only_database_stats": 16,
    "skip_database_stats": 16,
    "generic_plan": 16,
    "builtin_locale": 17,
    "icu_rules": 16,
}


def newer(node: Message, world: World, major: int) -> Iterator[New]:
    """What `node` says that is newer than a major version."""
    if major >= NEWEST:
        return
    rule = isinstance(node, RuleStmt)
    parts = (part for part in walk(node) if not (rule and kind(part) == "ReturningClause"))
    found = (each for part in parts for each in _in(part, world))
    yield from (each for each in (*found, *_as_a_whole(node, world)) if each[0] > major)


def _in(node: Message, world: World) -> Iterator[New]:
    name = kind(node)
    if name in _JSON:
        yield _JSON[name]
    elif name in _OF:
        yield from _OF[name](node, world)


def _merge(node: MergeStmt, world: World) -> Iterator[New]:
    yield 15, "MERGE"
    if node.returning_clause.exprs:
        yield 17, "RETURNING of MERGE"
    if any(each.merge_when_clause.match_kind == _BY_SOURCE for each in node.merge_when_clauses):
        yield 17, "WHEN NOT MATCHED BY SOURCE"


def _index(node: Any, world: World) -> Iterator[New]:
    if node.nulls_not_distinct:
        yield 15, "NULLS NOT DISTINCT"


def _constraint(node: Any, world: World) -> Iterator[New]:
    if node.nulls_not_distinct:
        yield 15, "NULLS NOT DISTINCT"
    if node.fk_del_set_cols:
        yield 15, "ON DELETE SET NULL with columns"
    if node.contype in (CONSTR_ATTR_ENFORCED, CONSTR_ATTR_NOT_ENFORCED) or _is_unenforced(node):
        yield 18, "ENFORCED of constraints"
    if node.contype == CONSTR_GENERATED and node.generated_kind == "v":
        yield 18, "VIRTUAL of generated columns"
    if node.without_overlaps or node.fk_with_period or node.pk_with_period:
        yield 18, "WITHOUT OVERLAPS and PERIOD"


def _is_unenforced(node: Any) -> bool:
    return node.contype in (nodes.CONSTR_CHECK, CONSTR_FOREIGN) and not node.is_enforced


def _command(node: Any, world: World) -> Iterator[New]:
    if node.subtype == AT_SetExpression:
        yield 17, "SET EXPRESSION"
    elif node.subtype == AT_SetAccessMethod:
        yield (15, "SET ACCESS METHOD") if node.name else (17, "SET ACCESS METHOD DEFAULT")
    elif node.subtype == AT_AlterConstraint and given(node).alter_enforceability:
        yield 18, "ENFORCED of constraints"
    elif node.subtype == AT_AddConstraint and given(node).contype == CONSTR_NOTNULL:
        yield 18, "NOT NULL as a constraint with a name"


def _publication(node: Any, world: World) -> Iterator[New]:
    if node.pubobjtype == nodes.PUBLICATIONOBJ_TABLES_IN_SCHEMA:
        yield 15, "TABLES IN SCHEMA"
    if node.pubtable.columns:
        yield 15, "column lists of publications"
    if node.pubtable.where_clause.WhichOneof("node"):
        yield 15, "row filters of publications"


def _column(node: Any, world: World) -> Iterator[New]:
    if node.storage_name:
        yield 16, "STORAGE of a new column"


def _called(node: Any, world: World) -> Iterator[New]:
    names = strings(node.funcname)
    since = builtin.since("functions").get(names[-1])
    if since and names[:-1] in ((), ("pg_catalog",)) and not world.functions(names[-1]):
        yield since, f"{names[-1]}()"


def _typed(node: Any, world: World) -> Iterator[New]:
    names = strings(node.names)
    since = builtin.since("types").get(names[-1]) if names else None
    if since and names[:-1] in ((), ("pg_catalog",)) and world.type(names) is None:
        yield since, f"the type {names[-1]}"


def _set(node: Any, world: World) -> Iterator[New]:
    if since := builtin.since("settings").get(node.name):
        yield since, f"the setting {node.name}"


def _returned(node: Any, world: World) -> Iterator[New]:
    columns = [each for part in node.exprs for each in walk(part) if isinstance(each, ColumnRef)]
    if node.options or any(
        strings(each.fields[:1]) in (("old",), ("new",)) for each in columns if len(each.fields) > 1
    ):
        yield 18, "OLD and NEW in RETURNING"


def _option(node: Any, world: World) -> Iterator[New]:
    if since := _OPTIONS.get(node.defname):
        yield since, node.defname


def _subquery(node: Any, world: World) -> Iterator[New]:
    if not node.HasField("alias"):
        yield 16, "a query in FROM without a name"


def _granted(node: Any, world: World) -> Iterator[New]:
    if node.objtype == nodes.OBJECT_PARAMETER_ACL:
        yield 15, "privileges on settings"
    if any(each.access_priv.priv_name == "maintain" for each in node.privileges):
        yield 17, "the privilege MAINTAIN"


def _membership(node: Any, world: World) -> Iterator[New]:
    if any(each.def_elem.defname in ("inherit", "set") for each in node.opt):
        yield 16, "WITH INHERIT and WITH SET of memberships"


_OF: Mapping[str, Callable[[Any, World], Iterator[New]]] = {
    "MergeStmt": _merge,
    "IndexStmt": _index,
    "Constraint": _constraint,
    "AlterTableCmd": _command,
    "PublicationObjSpec": _publication,
    "ColumnDef": _column,
    "FuncCall": _called,
    "TypeName": _typed,
    "VariableSetStmt": _set,
    "ReturningClause": _returned,
    "DefElem": _option,
    "RangeSubselect": _subquery,
    "GrantStmt": _granted,
    "GrantRoleStmt": _membership,
}


def _as_a_whole(node: Message, world: World) -> Iterator[New]:
    """What only the statement and its table together tell."""
    if isinstance(node, CreateStmt) and any(each.constraint.contype == CONSTR_NOTNULL for each in node.table_elts):
        yield 18, "NOT NULL as a constraint with a name"
    elif isinstance(node, CreateForeignTableStmt):
        if any(each.HasField("table_like_clause") for each in node.base_stmt.table_elts):
            yield 18, "LIKE in CREATE FOREIGN TABLE"
    elif isinstance(node, AlterTableStmt):
        table = world.get(Ref("table", world.path(node.relation)))
        if isinstance(table, Table) and table.partition_key:
            yield from _on_partitioned(node)


def _on_partitioned(node: AlterTableStmt) -> Iterator[New]:
    for command in commands(node):
        if command.subtype == AT_SetAccessMethod:
            yield 17, "SET ACCESS METHOD of a partitioned table"
        elif command.subtype == AT_AddConstraint and _is_unchecked(given(command)):
            yield 18, "a foreign key NOT VALID on a partitioned table"


def _is_unchecked(constraint: Any) -> bool:
    return bool(constraint.contype == CONSTR_FOREIGN and constraint.skip_validation)
