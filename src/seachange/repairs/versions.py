"""What a later version of PostgreSQL knows and this server does not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from google.protobuf.message import Message

from seachange.catalog.facts.relations import TableColumn
from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.places import columns, place
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.clauses import Place, Text, places
from seachange.sql.edit import Edit
from seachange.sql.nodes import (
    CONSTR_GENERATED,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    CreateStmt,
    IndexStmt,
    MergeStmt,
    Node,
    ViewStmt,
)
from seachange.sql.quote import listed
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.relations import name

MOST = 4
"""Columns that may be null, each of which doubles the indexes that are needed."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    node = case.node
    if isinstance(node, ViewStmt) and "security_invoker" in refusal.said:
        yield _invoker(case, node)
    if refusal.code != "42601" or node is None:
        return
    if isinstance(node, MergeStmt):
        asks = "This server has no MERGE, which came with PostgreSQL 15."
        left = left_out(case, "this server has no MERGE")
        yield Question(f"no-merge {case.line.written.place}", asks, (left,), open=True)
    elif isinstance(node, IndexStmt) and node.nulls_not_distinct:
        yield from _index(case, node)
    elif isinstance(node, CreateStmt | AlterTableStmt):
        text = Text(case.text)
        yield from _unique(case, text, node)
        yield from _virtual(text, node)


def _invoker(case: Case, node: Node) -> Question:
    text = Text(case.text)
    at = next(i for i, one in enumerate(text.pieces) if one.word == "SECURITY_INVOKER")
    opening = max(i for i in range(at) if text.pieces[i].word == "(")
    parts = text.parts(opening + 1, text.closing(opening))
    part = next(one for one in parts if one[0] <= at < one[1])
    alone = [text.clause(opening - 1, text.closing(opening) + 1)]
    repair = Repair(
        name="owner-rights",
        does="Without security_invoker, which came with PostgreSQL 15.",
        follows=f"The view {node.view.relname} reads with its owner's rights: who may read the view sees rows that row "
        "security would hide in the tables. Grant it to those only who may see them.",
        text=text.changed(text.without(*part) if len(parts) > 1 else alone),
    )
    left = left_out(case, "this server has no security_invoker")
    asks = "Views of this server cannot read with the rights of who asks."
    return Question(f"no-security-invoker {node.view.relname}", asks, (repair, left), open=True)


def _index(case: Case, node: Node) -> Iterator[Question]:
    """A unique index that takes nulls as equal, by others beside it for the rows with nulls."""
    keys = [str(one.index_elem.name) for one in node.index_params]
    text = Text(case.text)
    at = next(i for i, one in enumerate(text.pieces) if one.word == "NULLS")
    if not all(keys) or text.pieces[at + 1].word != "NOT":
        return
    plain = text.changed([text.clause(at, at + 3)])
    path = place(case, name(node.relation))
    nullable = [one for one in keys if not _not_null(case, path, one)]
    condition = plain.rpartition(" WHERE ")[2] if node.HasField("where_clause") else ""
    if len(nullable) <= MOST:
        after = tuple(_beside(spelled(name(node.relation)), keys, nullable, condition))
        yield _nulls(str(node.idxname) or "of " + node.relation.relname, plain, after)


def _not_null(case: Case, path: tuple[str, ...], column: str) -> bool:
    return any(one.not_null for one in case.catalog.parts(path, TableColumn) if one.names[-1] == column)


def _unique(case: Case, text: Text, node: Node) -> Iterator[Question]:
    """The same for a constraint."""
    elements = places(text, node)
    for place_ in elements:
        for one in place_.constraints:
            if one.contype != CONSTR_UNIQUE or not one.nulls_not_distinct:
                continue
            start = text.at(one.location)
            at = next(i for i in range(start, place_.end) if text.pieces[i].word == "NULLS")
            keys = [str(key.string.sval) for key in one.keys] or [str(place_.column.colname)]
            nullable = [key for key in keys if not _held(case, node, elements, key)]
            plain = text.changed([text.clause(at, at + 3)])
            if len(nullable) <= MOST:
                after = tuple(_beside(spelled(name(node.relation)), keys, nullable, ""))
                yield _nulls(str(one.conname) or "of " + node.relation.relname, plain, after)
            return


def _held(case: Case, node: Node, elements: list[Place], column: str) -> bool:
    """Whether a column cannot be null, by what the statement says or by what is there."""
    for one in elements:
        kinds = [each.contype for each in one.constraints]
        if one.column and one.column.colname == column and {CONSTR_NOTNULL, CONSTR_PRIMARY} & set(kinds):
            return True
    path = place(case, name(node.relation))
    return column in columns(case.catalog, path) and _not_null(case, path, column)


def _beside(table: str, keys: list[str], nullable: list[str], condition: str) -> Iterator[str]:
    """Unique indexes for the rows in which some columns are null: over the others, which are not."""
    for count in range(1, len(nullable) + 1):
        for nulls in combinations(nullable, count):
            rest = [key for key in keys if key not in nulls]
            over = listed(rest) if rest else "(true)"
            tests = [f"{quoted(key)} IS NULL" for key in nulls] + ([condition] if condition else [])
            yield f"CREATE UNIQUE INDEX ON {table} ({over}) WHERE {' AND '.join(tests)}"


def _nulls(shown: str, plain: str, after: tuple[str, ...]) -> Question:
    repair = Repair(
        name="partial-indexes",
        does="Without NULLS NOT DISTINCT, which came with PostgreSQL 15; rows with nulls are kept apart by indexes.",
        text=plain,
        after=after,
    )
    return Question(f"nulls-not-distinct {shown}", "This server takes two nulls as different.", (repair,))


def _virtual(text: Text, node: Message) -> Iterator[Question]:
    """A generated column that is computed when it is read."""
    edits = []
    for one in places(text, node):
        for each in one.constraints:
            if each.contype == CONSTR_GENERATED and each.generated_kind != "s":
                at = next(i for i in range(text.at(each.location), one.end) if text.pieces[i].word == "(")
                closing = text.closing(at)
                behind = text.pieces[closing + 1] if closing + 1 < len(text.pieces) else None
                end = behind.end if behind and behind.word == "VIRTUAL" else text.pieces[closing].end
                edits.append(Edit(text.pieces[closing].end, end, " STORED"))
    if edits:
        repair = Repair(
            name="stored",
            does="Generated columns are stored, for this server cannot compute them when they are read.",
            follows="They take room, and are computed when a row is written.",
            text=text.changed(edits),
        )
        yield Question("virtual-columns", "Virtual generated columns came with PostgreSQL 18.", (repair,))
