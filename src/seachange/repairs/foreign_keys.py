"""Foreign keys that PostgreSQL cannot make: to a view, to columns that are no key, between types that differ."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from seachange.catalog.facts.relations import Table
from seachange.repairs.behind import behind, narrows
from seachange.repairs.candidates import key_for
from seachange.repairs.case import Case
from seachange.repairs.places import columns, keys, place, written
from seachange.repairs.places import key as primary
from seachange.repairs.references import Reference, is_foreign_key, references
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.clauses import Text, places, without_constraints
from seachange.sql.edit import Edit
from seachange.sql.nodes import Node
from seachange.sql.quote import listed
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.relations import Name


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    match refusal.code:
        case "42809" if refusal.said.startswith("referenced relation"):
            yield from _to_view(refusal, case)
        case "42830" | "42704" if "referenced table" in refusal.said:
            yield from _to_no_key(refusal, case)
        case "42804" if refusal.said.startswith("foreign key constraint"):
            yield from _between_types(refusal, case)


def _found(case: Case, named: str) -> Iterator[Reference]:
    """The foreign keys of the statement to a relation of this name."""
    return (one for one in references(case, case.text, case.node) if one.target[-1] == named)


def _to_view(refusal: Refusal, case: Case) -> Iterator[Question]:
    for one in _found(case, refusal.quoted[0]):
        view, shown = place(case, one.target), ".".join(one.target)
        asks = f"{shown} is a view here, and a foreign key can refer to a table only."
        repairs = [*_to_table(case, one, view), _left_out(case, one)]
        yield Question(f"key-to-view {shown}", asks, tuple(repairs), open=len(repairs) == 1)


def _to_table(case: Case, one: Reference, view: Name) -> Iterator[Repair]:
    """The table behind the view, where what shows through is one of its keys."""
    found = behind(case.catalog, view, one.keys) if one.keys else None
    if found is None or frozenset(found[1]) not in keys(case.catalog, found[0]):
        return
    table, base = found
    text = _retargeted(case, one, written(case, table), base)
    what = f"{'.'.join(table)} ({', '.join(base)})"
    fewer = f"That {'.'.join(one.target)} shows the row is not checked, only that the table has it."
    yield Repair(
        name="base-table",
        does=f"The foreign key refers to {what}, the table behind the view {'.'.join(one.target)}.",
        follows=fewer if narrows(case.catalog, view) else "",
        text=text,
    )


def _retargeted(case: Case, one: Reference, table: Name, base: tuple[str, ...]) -> str:
    text = Text(case.text)
    at = text.at(one.node.pktable.location)
    end = text.closing(at + 2 * len(one.target) - 1)
    edit = Edit(text.pieces[at].start, text.pieces[end].end, f"{spelled(table)}({listed(base)})")
    return text.changed([edit])


def _to_no_key(refusal: Refusal, case: Case) -> Iterator[Question]:
    for one in _found(case, refusal.quoted[0]):
        table = place(case, one.target)
        if one.keys and frozenset(one.keys) in keys(case.catalog, table):
            continue
        named = one.keys or primary(case.catalog, table)
        shown = f"{'.'.join(one.target)} ({', '.join(named)})"
        repairs = [*_unique(case, one, table), _left_out(case, one)]
        asks = f"No unique index keeps {shown} apart, so no foreign key can refer to it."
        yield Question(f"key-to-no-key {shown}", asks, tuple(repairs), open=True)


def _unique(case: Case, one: Reference, table: Name) -> Iterator[Repair]:
    if not one.keys or not set(one.keys) <= columns(case.catalog, table).keys():
        return
    index = f"CREATE UNIQUE INDEX ON {spelled(one.target)} ({listed(one.keys)})"
    if not isinstance(case.copy.what_if([index]), Refusal):
        yield Repair(
            name="unique-index",
            does=f"{'.'.join(one.target)} gets a unique index on {', '.join(one.keys)} for the foreign key.",
            follows=f"{'.'.join(one.target)} takes the same {', '.join(one.keys)} no second time.",
            before=(index,),
        )


def _between_types(refusal: Refusal, case: Case) -> Iterator[Question]:
    for one in references(case, case.text, case.node):
        table = place(case, one.target)
        there = columns(case.catalog, table)
        key = one.keys or primary(case.catalog, table)
        if len(key) != len(one.columns) or key_for(case, table, one.keys, one.types):
            continue
        wrong = [(own, there[k]) for own, t, k in zip(one.columns, one.types, key, strict=True) if there.get(k) != t]
        yield _types(case, one, [(own, kind) for own, kind in wrong if kind])
        return


def _types(case: Case, one: Reference, wrong: list[tuple[str, str]]) -> Question:
    shown = ", ".join(f"{'.'.join(one.table)}.{own}" for own, _ in wrong)
    kinds = ", ".join(kind for _, kind in wrong)
    aligned = _aligned(case, one, wrong)
    repairs = [_left_out(case, one)]
    if aligned is not None:
        new = place(case, one.table) not in {table.names for table in case.before.of(Table)}
        repairs.insert(0 if new or not aligned.before else 1, aligned)
    asks = f"{shown} is of another type than the key {'.'.join(one.target)}, which is {kinds}."
    return Question(f"key-type {shown}", asks, tuple(repairs), open=True)


def _aligned(case: Case, one: Reference, wrong: list[tuple[str, str]]) -> Repair | None:
    """The referencing columns of the key's type: those that the statement makes, and those that are there."""
    made = {str(each.column.colname): each for each in places(Text(case.text), case.node) if each.column}
    text, before = Text(case.text), []
    edits = []
    for own, kind in wrong:
        if own in made:
            edits.append(_type(text, made[own].column, made[own].end, kind))
        else:
            alter = f"ALTER TABLE {spelled(one.table)} ALTER COLUMN {quoted(own)} TYPE {kind}"
            before.append(f"{alter} USING {quoted(own)}::text::{kind}")
    changed = text.changed(edits)
    tried = case.copy.what_if([*before, changed])
    if isinstance(tried, Refusal) and tried.code in ("42804", "22P02", "42846", "23503"):
        return None
    told = ", ".join(f"{own} is {kind}" for own, kind in wrong)
    return Repair(
        name="align-type",
        does=f"The column {told}, as the key that it refers to.",
        follows=f"{'.'.join(one.table)} takes values of that type only.",
        text=changed if edits else None,
        before=tuple(before),
    )


def _type(text: Text, column: Node, end: int, kind: str) -> Edit:
    ends = [one.constraint.location for one in column.constraints]
    ends += [column.coll_clause.location] if column.HasField("coll_clause") else []
    behind = min((text.at(at) for at in ends), default=end)
    first = text.at(column.type_name.location)
    return Edit(text.pieces[first].start, text.pieces[behind - 1].end, kind)


def _left_out(case: Case, one: Reference) -> Repair:
    text = without_constraints(case.text, case.node, partial(_is, one))
    own = ", ".join(".".join((one.table[-1], column)) for column in one.columns)
    return Repair(
        name="leave-out",
        does=f"The foreign key to {'.'.join(one.target)} is left out; the column stays.",
        follows=f"That the values of {own} are in {'.'.join(one.target)} is not checked.",
        outcome=Outcome.CHANGED if text else Outcome.REMOVED,
        text=text,
    )


def _is(one: Reference, constraint: Node) -> bool:
    return is_foreign_key(constraint) and bool(constraint.location == one.node.location)
