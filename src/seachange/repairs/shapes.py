"""What a missing table must look like, told by the statements that use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from seachange.catalog.facts.relations import TableColumn
from seachange.repairs.case import Case
from seachange.sql import tree
from seachange.sql.nodes import (
    A_Const,
    A_Expr,
    BoolExpr,
    ColumnRef,
    CreatePolicyStmt,
    IndexStmt,
    InsertStmt,
    Node,
    RangeVar,
    SelectStmt,
)
from seachange.sql.relations import Name, name, named

ENDINGS = (
    (("_at", "_time"), "timestamp with time zone"),
    (("_date", "_on"), "date"),
    (("_count", "_number"), "integer"),
    (("_amount", "_price", "_total"), "numeric"),
)
BEGINNINGS = ("is_", "has_", "can_")


def uses(case: Case, wanted: Name) -> list[Message]:
    """The statements from this one on that name the table, other than foreign keys to it."""
    nodes = [line.node for line in (case.line, *case.later) if line.node is not None]
    return [node for node in nodes if any(not _is_key(node, one) for one in named(node, wanted))]


def _is_key(node: Message, relation: Node) -> bool:
    """Whether a relation is named as the target of a foreign key."""
    found = (one.pktable for one in tree.walk(node) if one.DESCRIPTOR.name == "Constraint" and one.HasField("pktable"))
    return any(one.location == relation.location for one in found)


def read(statements: Iterable[Message], wanted: Name) -> dict[str, list[Node]]:
    """The columns of a missing table that statements name, each with what it is compared with."""
    found: dict[str, list[Node]] = {}
    for statement in statements:
        for column, other in _read(statement, wanted):
            found.setdefault(column, []).extend([other] if other is not None else [])
    return found


def _read(statement: Message, wanted: Name) -> Iterator[tuple[str, Node]]:
    scopes = [one for one in tree.walk(statement) if isinstance(one, SelectStmt)]
    mine = {id_: name_ for scope in scopes for id_, name_ in _mine(scope, wanted)}
    for column in mine.values():
        yield column, None
    for one in tree.walk(statement):
        if isinstance(one, A_Expr):
            for side, other in ((one.lexpr, one.rexpr), (one.rexpr, one.lexpr)):
                if _essence(side) in mine:
                    yield mine[_essence(side)], other
    yield from ((mine[place], "boolean") for place in _conditions(statement) if place in mine)
    yield from ((column, None) for column in _told(statement, wanted))


def _conditions(statement: Message) -> Iterator[int]:
    """The places of columns that are conditions by themselves."""
    for one in tree.walk(statement):
        parts = one.args if isinstance(one, BoolExpr) else [one.where_clause] if isinstance(one, SelectStmt) else ()
        yield from (_essence(part) for part in parts if part.WhichOneof("node"))


def _told(statement: Message, wanted: Name) -> Iterator[str]:
    """Columns that are named where the table itself is changed."""
    match statement:
        case InsertStmt(relation=relation, cols=columns) if name(relation) == wanted:
            yield from (str(one.res_target.name) for one in columns)
        case IndexStmt(relation=relation, index_params=columns) if name(relation) == wanted:
            yield from (str(one.index_elem.name) for one in columns if one.index_elem.name)
        case CreatePolicyStmt(table=relation) if name(relation) == wanted:
            yield from (_last(one) for one in _own(statement) if len(one.fields) == 1 and _last(one))


def _mine(scope: Node, wanted: Name) -> Iterator[tuple[int, str]]:
    """The references to columns of the missing table in one SELECT, by their place."""
    items = [one for item in scope.from_clause for one in _relations(tree.inner(item))]
    aliases = {str(one.alias.aliasname) or str(one.relname) for one in items if name(one) == wanted}
    alone = len(items) == 1 and bool(aliases)
    for one in _own(scope):
        qualified = len(one.fields) == 2 and one.fields[0].string.sval in aliases
        if _last(one) and (qualified or (alone and len(one.fields) == 1)):
            yield one.location, _last(one)


def _relations(item: Message) -> Iterator[Node]:
    return (one for one in tree.walk(item) if isinstance(one, RangeVar))


def _own(scope: Message) -> Iterator[Node]:
    """The references to columns in a SELECT, without those in SELECTs within it."""
    for field, value in scope.ListFields():
        if field.message_type is None:
            continue
        for each in (value,) if isinstance(value, Message) else value:
            node = tree.inner(each)
            if isinstance(node, ColumnRef):
                yield node
            elif not isinstance(node, SelectStmt):
                yield from _own(node)


def _last(reference: Node) -> str:
    return str(reference.fields[-1].string.sval) if reference.fields[-1].HasField("string") else ""


def _essence(side: Node) -> int:
    """The place of the column that an expression is, or that its SELECT gives."""
    node = tree.inner(side)
    if node.DESCRIPTOR.name == "SubLink":
        targets = node.subselect.select_stmt.target_list
        node = tree.inner(targets[0].res_target.val) if len(targets) == 1 else node
    return int(node.location) if isinstance(node, ColumnRef) else -1


def guesses(case: Case, column: str, compared: Iterable[Node]) -> tuple[str, ...]:
    """Types that a column may have, the likeliest first."""
    told = [kind for one in compared if (kind := _kind(one))]
    there = Counter(one.type for one in case.catalog.of(TableColumn) if one.names[-1] == column)
    usual = [kind for kind, _ in there.most_common(1)]
    return tuple(dict.fromkeys([*told, *usual, _by_name(case, column), "text"]))


def _kind(other: Node) -> str:
    if isinstance(other, str):
        return other
    node: Node = tree.inner(other)
    if node.DESCRIPTOR.name == "List" and node.items:
        node = tree.inner(node.items[0])
    match node:
        case A_Const() if node.HasField("sval"):
            return "text"
        case A_Const() if node.HasField("ival"):
            return "integer"
        case A_Const() if node.HasField("boolval"):
            return "boolean"
    called = str(node.funcname[-1].string.sval) if node.DESCRIPTOR.name == "FuncCall" else ""
    if node.DESCRIPTOR.name == "TypeCast":
        called = str(node.type_name.names[-1].string.sval)
    return {"uid": "uuid", "uuid": "uuid", "now": "timestamp with time zone", "text": "text"}.get(called, "")


def _by_name(case: Case, column: str) -> str:
    if column == "id" or column.endswith("_id"):
        return usual_key(case)
    if column.startswith(BEGINNINGS):
        return "boolean"
    return next((kind for endings, kind in ENDINGS if column.endswith(endings)), "text")


def usual_key(case: Case) -> str:
    """The type that most columns called id have here."""
    found = Counter(one.type for one in case.catalog.of(TableColumn) if one.names[-1] == "id")
    return next((kind for kind, _ in found.most_common(1)), "uuid")
