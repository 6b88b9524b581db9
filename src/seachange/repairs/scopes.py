"""Which relations a reference to a column may lead to."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.repairs.case import Case
from seachange.repairs.places import columns, place
from seachange.repairs.refusal import Refusal
from seachange.sql import tree
from seachange.sql.nodes import (
    AlterTableStmt,
    ColumnDef,
    ColumnRef,
    CreatePolicyStmt,
    CreateStmt,
    IndexStmt,
    InsertStmt,
    Node,
    RangeVar,
    SelectStmt,
    UpdateStmt,
)
from seachange.sql.quote import unquoted
from seachange.sql.relations import Name, name


class Source:
    """A relation in FROM: by what name its columns are called, and which it has."""

    def __init__(self, case: Case, relation: Node) -> None:
        self.relation = relation
        self.alias = str(relation.alias.aliasname) or str(relation.relname)
        self.path: Name = place(case, name(relation))
        self.columns = columns(case.catalog, self.path)


def reference(node: Message | None, at: int | None, column: str) -> Node:
    """The reference to a column at byte `at`, or the first of that name."""
    found = (one for one in (tree.walk(node) if node is not None else ()) if isinstance(one, ColumnRef))
    named = [one for one in found if one.fields[-1].HasField("string") and one.fields[-1].string.sval == column]
    return next((one for one in named if one.location == at), next(iter(named), None))


def sources(case: Case, node: Message | None, one: Node) -> list[Source]:
    """The relations whose column a reference may name, from the innermost SELECT that has some."""
    for scope in _around(node, one):
        found = [Source(case, each) for each in _relations(scope)]
        if len(one.fields) > 1:
            found = [each for each in found if each.alias == one.fields[-2].string.sval]
        if found:
            return found
    return []


def _around(node: Message | None, one: Node) -> Iterator[Message]:
    """The SELECTs around a reference from the inside out, then the statement itself."""
    if node is None:
        return
    scopes = [each for each in tree.walk(node) if isinstance(each, SelectStmt)]
    holding = [each for each in scopes if any(_same(below, one) for below in tree.walk(each))]
    yield from reversed(holding)
    yield node


def _same(below: Message, one: Node) -> bool:
    return isinstance(below, ColumnRef) and below.location == one.location


def _relations(scope: Message) -> Iterator[Node]:
    match scope:
        case SelectStmt(from_clause=items):
            for each in items:
                yield from (one for one in tree.walk(each) if isinstance(one, RangeVar))
        case CreatePolicyStmt(table=relation):
            yield relation
        case IndexStmt(relation=relation) | AlterTableStmt(relation=relation):
            yield relation
        case InsertStmt(relation=relation) | UpdateStmt(relation=relation):
            yield relation


def missing_column(refusal: Refusal) -> str:
    """The name of the column that a refusal says is not there."""
    if refusal.quoted:
        return refusal.quoted[0]
    return unquoted(refusal.said.partition(" does not exist")[0].partition(" ")[2])[-1]


def named(case: Case, one: Node) -> list[Source]:
    """The relations that were to have a missing column: by a reference to it, or those that the statement is about."""
    if one is not None:
        return sources(case, case.node, one)
    relation = getattr(case.node, "relation", None)
    return [Source(case, relation)] if relation is not None and relation.relname else []


def owed(case: Case, path: Name, column: str) -> bool:
    """Whether the script has the column in a CREATE TABLE of its own that is refused: that is to be decided there."""
    for number in case.lost:
        node = case.lines[number].written.node
        if isinstance(node, CreateStmt) and place(case, name(node.relation)) == path:
            made = (tree.inner(one) for one in node.table_elts)
            if any(isinstance(one, ColumnDef) and one.colname == column for one in made):
                return True
    return False


def is_owed(refusal: Refusal, case: Case) -> bool:
    """The same, of what a refusal says."""
    if refusal.code != "42703" or case.node is None:
        return False
    column = missing_column(refusal)
    return any(owed(case, each.path, column) for each in named(case, reference(case.node, refusal.at, column)))
