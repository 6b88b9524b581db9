"""Columns that a relation does not have: another that is meant, or what names them left out."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from google.protobuf.message import Message

from seachange.catalog.facts.relations import Table
from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.places import columns
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question, Repair
from seachange.repairs.scopes import Source, missing_column, named, owed, reference
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.lists import item, without
from seachange.sql.nodes import ColumnRef, IndexStmt, InsertStmt, Node, ResTarget
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.quote import unquoted
from seachange.sql.relations import Name

LIKE = 0.8
"""How much two names of columns must have in common for one to be taken for the other."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if (
        refusal.code != "42703"
        or refusal.sort is not Sort.ERROR
        or case.node is None
        or "does not exist" not in refusal.said
    ):
        return
    column = missing_column(refusal)
    one = reference(case.node, refusal.at, column)
    found = named(case, one)
    if any(owed(case, each.path, column) for each in found):
        return
    shown = f"{found[0].alias if len(found) == 1 else 'relations'}.{column}"
    repairs = [*_mapped(case, one, column, found), *_left_out(refusal, case, one, column)]
    table = ", ".join(".".join(each.path) for each in found)
    asks = f"There is no column {column} in {table or 'what the statement reads'}."
    yield Question(f"missing-column {_key(found, column) or shown}", asks, tuple(repairs), open=True)


def _key(found: list[Source], column: str) -> str:
    return ".".join((*found[0].path, column)) if len(found) == 1 else ""


def _mapped(case: Case, one: Node, column: str, found: list[Source]) -> Iterator[Repair]:
    """Another column of the same relation, or the same column of another relation of that name."""
    given = next((case.maps[key] for key in _names(found, column) if key in case.maps), None)
    if given is not None:
        yield _renamed(case, one, column, unquoted(given)[-1])
        return
    for each in found if one is not None else ():
        for table in case.catalog.of(Table):
            there = columns(case.catalog, table.names)
            if table.names[-1] == each.path[-1] and table.names != each.path and column in there:
                yield _elsewhere(case, each, table.names)
    likeness = {new: _likeness(column, new) for each in found for new in each.columns}
    for new in sorted((one for one in likeness if likeness[one] >= LIKE), key=lambda one: -likeness[one])[:2]:
        yield _renamed(case, one, column, new)


def _names(found: list[Source], column: str) -> Iterator[str]:
    for each in found:
        yield from (".".join((*each.path, column)), f"{each.path[-1]}.{column}")


def _likeness(wanted: str, there: str) -> float:
    return SequenceMatcher(None, wanted.replace("_", ""), there.replace("_", "")).ratio()


def _elsewhere(case: Case, source: Source, path: Name) -> Repair:
    text = Text(case.text)
    at = text.at(source.relation.location)
    end = at + 2 * bool(source.relation.schemaname)
    edit = Edit(text.pieces[at].start, text.pieces[end].end, spelled(path))
    was, new = ".".join(source.path), ".".join(path)
    return Repair(
        name=f"map:{new}",
        does=f"{was} is {new} here, which has the column.",
        follows=f"Who runs this must be allowed to read {new}.",
        text=text.changed([edit]),
    )


def _renamed(case: Case, one: Node, column: str, new: str) -> Repair:
    text = Text(case.text)
    if one is not None:
        ats = [text.at(one.location) + 2 * (len(one.fields) - 1)]
    else:
        written = [text.raw[piece.start : piece.end].decode() for piece in text.pieces]
        ats = [i for i, word in enumerate(written) if word.strip('"').lower() == column.lower()]
    alias = f" AS {quoted(column)}" if one is not None and _shows(case, one) else ""
    edits = [Edit(text.pieces[at].start, text.pieces[at].end, quoted(new) + alias) for at in ats]
    return Repair(name=f"map:{new}", does=f"The column {column} is {new} here.", text=text.changed(edits))


def _shows(case: Case, one: Node) -> bool:
    """Whether a reference is an item of a SELECT by itself, so that its name is the name of a column."""
    nodes: Iterator[Node] = tree.walk(case.node) if case.node is not None else iter(())
    return any(isinstance(each, ResTarget) and not each.name and _is(each.val, one) for each in nodes)


def _is(value: Message, one: Node) -> bool:
    node: Node = tree.inner(value)
    return isinstance(node, ColumnRef) and bool(node.location == one.location)


def _left_out(refusal: Refusal, case: Case, one: Node, column: str) -> Iterator[Repair]:
    text = Text(case.text)
    found = item(text, one.location) if one is not None else None
    if found is not None and (found.count > 1 or found.kind == "ORDER"):
        yield _item(case, text, column)
    if isinstance(case.node, InsertStmt):
        yield from _value(case, text, column)
    if isinstance(case.node, IndexStmt) and not case.node.unique:
        yield from _part(case, text, column)
    yield left_out(case, f"there is no column {column}")


def _item(case: Case, text: Text, column: str) -> Repair:
    """Without each item of a list that needs the column, so that the rest stays."""
    gone: list[tuple[str, str]] = []
    while (one := reference(_tree(text.sql), None, column)) is not None:
        found = item(text, one.location)
        if found is None or (found.count == 1 and found.kind != "ORDER"):
            break
        gone.append((found.kind, text.written(found.first, found.end)))
        text = Text(without(text, found))
        if not isinstance(case.copy.what_if([text.sql]), Refusal):
            break
    items = [told for kind, told in gone if kind == "SELECT"]
    ordered = [told for kind, told in gone if kind != "SELECT"]
    follows = [f"What reads {' or '.join(map(_shown, items))} of it does not find it."] if items else []
    follows += [f"Its rows are not in the order of {' and '.join(ordered)}."] if ordered else []
    told = " and ".join(dict.fromkeys(told for _, told in gone))
    does = f"Without {told}, for there is no column {column}."
    return Repair(name="leave-item", does=does, follows=" ".join(follows), text=text.sql)


def _shown(told: str) -> str:
    """The name under which an item of a SELECT is seen."""
    return told.split()[-1].rpartition(".")[2]


def _tree(sql: str) -> Message | None:
    try:
        return tree.tree(sql)
    except tree.NotParsed:
        return None


def _value(case: Case, text: Text, column: str) -> Iterator[Repair]:
    """An INSERT of VALUES without one column and what it was to get."""
    node: Node = case.node
    names = [str(one.res_target.name) for one in node.cols]
    rows = node.select_stmt.select_stmt.values_lists
    if column not in names or not rows or len(names) == 1:
        return
    number, words = names.index(column), [one.word for one in text.pieces]
    listed = words.index("(")
    lists = [listed]
    at = words.index("VALUES") + 1
    while at < len(words) and words[at] == "(":
        lists.append(at)
        at = text.closing(at) + 2
    edits = []
    for opening in lists:
        parts = text.parts(opening + 1, text.closing(opening))
        edits += text.without(*parts[number])
    table = str(node.relation.relname)
    yield Repair(
        name="leave-value",
        does=f"Without the values of {column}, for {table} has no such column.",
        follows=f"What the script says of {column} of these rows is not kept.",
        text=text.changed(edits),
    )


def _part(case: Case, text: Text, column: str) -> Iterator[Repair]:
    """An index without one of several columns."""
    node: Node = case.node
    names = [str(one.index_elem.name) for one in node.index_params]
    if column not in names or len(names) < 2:
        return
    opening = next(i for i, one in enumerate(text.pieces) if one.word == "(")
    part = text.parts(opening + 1, text.closing(opening))[names.index(column)]
    yield Repair(
        name="leave-part",
        does=f"The index is without {column}, for there is no such column.",
        follows=f"Queries by {column} are not served.",
        text=text.changed(text.without(*part)),
    )
