"""Indexes and generated columns with an expression that does not always give the same."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.places import columns, place
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import tree
from seachange.sql.clauses import Place, Text, places
from seachange.sql.edit import Edit
from seachange.sql.nodes import CONSTR_GENERATED, AlterTableStmt, ColumnRef, CreateStmt, IndexStmt, Node
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.relations import name


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if refusal.code == "42P17" and refusal.said.startswith("generation expression"):
        yield from _generated(case)
    if refusal.code != "42P17" or not isinstance(case.node, IndexStmt):
        return
    shown = str(case.node.idxname) or f"on {case.node.relation.relname}"
    if "index predicate" in refusal.said:
        yield Question(
            f"volatile-predicate {shown}",
            f"The predicate of the index {shown} is true today and false tomorrow; an index cannot follow that.",
            tuple(_without_predicate(case, shown)),
            open=bool(case.node.unique),
        )
    elif "index expression" in refusal.said:
        fixed = list(_at_utc(case, shown))
        if fixed:
            asks = f"What the index {shown} computes depends on the time zone of the session."
            yield Question(f"volatile-expression {shown}", asks, tuple(fixed), open=True)


def _without_predicate(case: Case, shown: str) -> Iterator[Repair]:
    """All parts of the predicate that PostgreSQL takes stay; over more rows, the index serves the same queries."""
    text = Text(case.text)
    where = next((i for i in text.outside(0, len(text.pieces)) if text.pieces[i].word == "WHERE"), None)
    if where is None:
        return
    end = len(text.pieces)
    parts = _conjuncts(text, where + 1, end)
    kept = [(a, b) for a, b in parts if _taken(case, text, where, text.written(a, b))]
    start = text.pieces[where - 1].end
    predicate = " AND ".join(text.written(a, b) for a, b in kept)
    new = f" WHERE {predicate}" if kept else ""
    gone = " AND ".join(text.written(a, b) for a, b in parts if (a, b) not in kept)
    edits = [Edit(text.pieces[where].start if kept else start, text.pieces[-1].end, new.strip() if kept else "")]
    unique = next((i for i, one in enumerate(text.pieces[:where]) if one.word == "UNIQUE"), None)
    if unique is None:
        yield Repair(
            name="without-predicate",
            does=f"The index {shown} has all rows, whether or not {gone}: it serves the same queries.",
            text=text.changed(edits),
        )
        return
    plain = Edit(text.pieces[unique].start, text.pieces[unique + 1].start, "")
    yield Repair(
        name="not-unique",
        does=f"The index {shown} has all rows, whether or not {gone}, and is not unique.",
        follows="That no two rows are alike while that holds is not checked.",
        text=text.changed([plain, *edits]),
    )
    if not isinstance(case.copy.what_if([text.changed(edits)]), Refusal):
        yield Repair(
            name="unique-always",
            does=f"The index {shown} is unique over all rows, whether or not {gone}.",
            follows="Rows that were allowed beside one for which that no longer holds are refused.",
            text=text.changed(edits),
        )


def _conjuncts(text: Text, first: int, end: int) -> list[tuple[int, int]]:
    """The parts of a condition that AND joins; those of BETWEEN stay together."""
    while text.pieces[first].word == "(" and text.closing(first) == end - 1:
        first, end = first + 1, end - 1
    if any(text.pieces[i].word == "OR" for i in text.outside(first, end)):
        return [(first, end)]
    parts: list[tuple[int, int]] = []
    for a, b in text.parts(first, end, "AND"):
        between = parts and any(text.pieces[i].word == "BETWEEN" for i in range(*parts[-1]))
        joined = between and not any(text.pieces[i].word == "AND" for i in range(*parts[-1]))
        parts[-1:] = [(parts[-1][0], b)] if joined else [*parts[-1:], (a, b)]
    return parts


def _taken(case: Case, text: Text, where: int, condition: str) -> bool:
    """Whether PostgreSQL takes one part of the predicate."""
    head = text.raw[: text.pieces[where].start].decode()
    tried = case.copy.what_if([f"{_plainly(text, head)} WHERE {condition}"])
    return not (isinstance(tried, Refusal) and tried.code == "42P17")


def _plainly(text: Text, head: str) -> str:
    """The beginning of a CREATE INDEX so that it can be tried in a transaction."""
    found = next((one for one in text.pieces if one.word == "CONCURRENTLY"), None)
    if found is None:
        return head
    return text.changed([Edit(found.start, found.end, "")])[: len(head) - (found.end - found.start)]


def _at_utc(case: Case, shown: str) -> Iterator[Repair]:
    """Days and their like counted in UTC: `AT TIME ZONE 'UTC'` behind each column that is a moment."""
    node: Node = case.node
    there = columns(case.catalog, place(case, name(node.relation)))
    text = Text(case.text)
    edits = []
    for item in node.index_params:
        for one in tree.walk(item):
            if (
                not isinstance(one, ColumnRef)
                or there.get(str(one.fields[-1].string.sval)) != "timestamp with time zone"
            ):
                continue
            piece = text.pieces[text.at(one.location)]
            written = text.raw[piece.start : piece.end].decode()
            edits.append(Edit(piece.start, piece.end, f"({written} AT TIME ZONE 'UTC')"))
    changed = text.changed(edits)
    if edits and not isinstance(case.copy.what_if([changed]), Refusal):
        yield Repair(
            name="utc",
            does=f"The index {shown} counts in UTC.",
            follows=f"Queries use the index {shown} only if they say AT TIME ZONE 'UTC' too.",
            text=changed,
        )
    yield Repair(
        name="leave-out",
        does=f"The index {shown} is left out.",
        follows="Queries that it would have served read more.",
        outcome=Outcome.REMOVED,
        text="",
    )


def _generated(case: Case) -> Iterator[Question]:
    """A generated column whose expression changes by itself: a plain one that a trigger fills when a row is written."""
    text, node = Text(case.text), case.node
    if not isinstance(node, CreateStmt | AlterTableStmt):
        return
    for element in places(text, node):
        for one in element.constraints:
            if element.column and one.contype == CONSTR_GENERATED and not _immutable(case, text, element, one):
                yield _by_trigger(text, node, element, one)
                return


def _immutable(case: Case, text: Text, element: Place, generated: Node) -> bool:
    """Whether PostgreSQL takes the expression without the columns beside it, or says something else against it."""
    first = text.at(generated.location)
    column = text.written(element.first, first)
    kept = [each for each in places(text, case.node) if each.column and each.first != element.first]
    others = ", ".join(text.written(each.first, _plain_end(text, each)) for each in kept)
    column = column.removeprefix("ADD COLUMN ").removeprefix("ADD ")
    alone = f"{column} {text.written(first, _behind(text, first))} STORED"
    tried = case.copy.what_if([f"CREATE TEMPORARY TABLE seachange_tried ({', '.join(filter(None, (others, alone)))})"])
    return not (isinstance(tried, Refusal) and tried.code == "42P17")


def _plain_end(text: Text, element: Place) -> int:
    """Behind the type of a column."""
    return min((text.at(one.location) for one in element.constraints), default=element.end)


def _behind(text: Text, first: int) -> int:
    """Behind the parenthesis of GENERATED ALWAYS AS (…)."""
    opening = next(i for i in range(first, len(text.pieces)) if text.pieces[i].word == "(")
    return text.closing(opening) + 1


def _by_trigger(text: Text, node: Node, element: Place, generated: Node) -> Question:
    column, relation = str(element.column.colname), name(node.relation)
    first = text.at(generated.location)
    behind = _behind(text, first)
    expression = text.written(next(i for i in range(first, behind) if text.pieces[i].word == "("), behind)
    stored = behind < len(text.pieces) and text.pieces[behind].word in ("STORED", "VIRTUAL")
    function = (*relation[:-1], f"{relation[-1]}_{column}_fill")
    body = f"BEGIN\n    NEW.{quoted(column)} := (SELECT {expression} FROM (SELECT NEW.*) AS {quoted(relation[-1])});\n"
    made = (
        f"CREATE FUNCTION {spelled(function)}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body}    RETURN NEW;\nEND\n$$"
    )
    trigger = (
        f"CREATE TRIGGER {quoted(function[-1])} BEFORE INSERT OR UPDATE ON {spelled(relation)}\n"
        f"FOR EACH ROW EXECUTE FUNCTION {spelled(function)}()"
    )
    shown = f"{relation[-1]}.{column}"
    repair = Repair(
        name="trigger",
        does=f"{shown} is a plain column that a trigger fills, for what it computes changes by itself.",
        follows=f"{shown} is as of the last write of its row; rows that are there get it with their next one.",
        text=text.changed([text.clause(first, behind + stored)]),
        after=(made, trigger),
    )
    asks = f"What the generated column {shown} computes does not stay the same by itself."
    return Question(f"volatile-column {shown}", asks, (repair,), open=True)
