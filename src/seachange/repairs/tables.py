"""Tables that are missing: left out, mapped to one that is there, or stood in for.

One question for all statements that need the same table; what it offers follows from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from seachange.repairs import shapes
from seachange.repairs.candidates import Candidate, candidates, key_for
from seachange.repairs.case import Case
from seachange.repairs.leaving import lost
from seachange.repairs.missing import cause, is_lost, missing
from seachange.repairs.places import columns, written
from seachange.repairs.references import Reference, is_foreign_key, references
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.stand_ins import needed, stand_in
from seachange.sql import tree
from seachange.sql.clauses import Text, without_constraints
from seachange.sql.edit import Edit
from seachange.sql.nodes import AlterTableStmt, CreateStmt, DropStmt, Node
from seachange.sql.quote import name as quoted
from seachange.sql.quote import unquoted
from seachange.sql.relations import Name, called, commented, name, named, reads


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or case.node is None or isinstance(case.node, DropStmt):
        return
    wanted = _table(lacks, case)
    if wanted is None or is_lost(case, "relation", wanted):
        return
    asked = f"missing-table {'.'.join(wanted)}"
    mapped = _given(case, wanted)
    if mapped:
        yield Question(asked, f"There is no table {'.'.join(wanted)} here.", (_map(case, wanted, mapped),))
        return
    gone = cause(case, "relation", wanted)
    if gone is not None:
        yield _with(case, asked, wanted, gone)
        return
    repairs = _answers(case, wanted)
    if repairs:
        yield Question(asked, _asks(case, wanted), repairs, open=True)


def _table(lacks: tuple[str, Name], case: Case) -> Name | None:
    """The missing table as the statement writes it."""
    sort, wanted = lacks
    if sort == "relation":
        known = named(case.node, wanted) or commented(case.node)[: len(wanted)] == wanted
        return wanted if known else None
    found = (one.target for one in references(case, case.text, case.node) if one.target[0] == wanted[0])
    return next((one for one in found if len(one) > 1), None) if sort == "schema" else None


def _given(case: Case, wanted: Name) -> Name | None:
    found = (case.maps[one] for one in (".".join(wanted), wanted[-1]) if one in case.maps)
    return next((tuple(unquoted(one)) for one in found), None)


def _asks(case: Case, wanted: Name) -> str:
    keys = needed(case, wanted)
    others = len(shapes.uses(case, wanted))
    tables = ", ".join(dict.fromkeys(".".join(one.table) for one in keys))
    told = [f"foreign keys of {tables} refer to it"] if keys else []
    told += [f"{others} other statements use it"] if others else []
    return f"There is no table {'.'.join(wanted)} here; {' and '.join(told) or 'the statement needs it'}."


def _answers(case: Case, wanted: Name) -> tuple[Repair, ...]:
    """The least change first: a table of the same name elsewhere, what loses least, then tables of like names."""
    keys, mine = needed(case, wanted), _mine(case, wanted)
    statements = shapes.uses(case, wanted)
    read = set(shapes.read(statements, wanted))
    types = next((one.types for one in keys), ())
    found = candidates(case, wanted, read, types)
    same, like = [one for one in found if one.likeness == 1], [one for one in found if one.likeness < 1]
    stand = [_stand_in(case, wanted, keys)] if keys or read else []
    left = [_left_out(case, wanted, mine)]
    queried = any(reads(one, wanted) for one in statements)
    middle = [*stand, *left] if queried else [*left, *stand]
    maps = [_map(case, wanted, one.path) for one in like[:3]]
    return (*(_map(case, wanted, one.path) for one in same[:1] if _sole(same)), *middle, *maps)


def _sole(same: list[Candidate]) -> bool:
    return len(same) == 1


def _mine(case: Case, wanted: Name) -> tuple[Reference, ...]:
    return tuple(one for one in references(case, case.text, case.node) if one.target == wanted)


def _map(case: Case, wanted: Name, path: Name) -> Repair:
    new = written(case, path)
    text = _with_keys(case, called(case.text, wanted, new), new, path)
    shown = ".".join(path)
    return Repair(
        name=f"map:{shown}", does=f"{'.'.join(wanted)} is {shown} here.", text=text if text != case.text else None
    )


def _with_keys(case: Case, text: str, new: Name, path: Name) -> str:
    """The statement with the keys that the mapped table has, where the script names others."""
    node = tree.tree(text)
    for one in references(case, text, node):
        there = columns(case.catalog, path)
        if one.target != new or not one.keys or set(one.keys) <= there.keys():
            continue
        key = key_for(case, path, (), one.types)
        if key and len(key) == 1:
            reading = Text(text)
            at = reading.at(one.node.pktable.location) + 2 * len(new)
            piece = reading.pieces[at]
            return reading.changed([Edit(piece.start, piece.end, quoted(key[0]))])
    return text


def _left_out(case: Case, wanted: Name, mine: tuple[Reference, ...]) -> Repair:
    shown = ".".join(wanted)
    if mine and isinstance(case.node, CreateStmt | AlterTableStmt):
        text = without_constraints(case.text, case.node, partial(_is_key_to, wanted))
        own = ", ".join(".".join((one.table[-1], *one.columns)) for one in mine)
        return Repair(
            name="leave-out",
            does=f"The foreign key to {shown} is left out, for there is no such table here; the column stays.",
            follows=f"That the values of {own} are in {shown} is no longer checked.",
            outcome=Outcome.CHANGED if text else Outcome.REMOVED,
            text=text,
        )
    return Repair(
        name="leave-out",
        does=f"Left out, for there is no table {shown} here.",
        follows=lost(case.node),
        outcome=Outcome.REMOVED,
        text="",
    )


def _is_key_to(wanted: Name, constraint: Node) -> bool:
    return is_foreign_key(constraint) and name(constraint.pktable) == wanted


def _stand_in(case: Case, wanted: Name, keys: tuple[Reference, ...]) -> Repair:
    shown = ".".join(wanted)
    return Repair(
        name="stand-in",
        does=f"A table {shown} is made that has the columns that the script uses.",
        follows=f"The table {shown} has rows only for values that refer to it already. Somebody must fill it.",
        outcome=Outcome.STAND_IN,
        before=stand_in(case, wanted, keys),
    )


def _with(case: Case, asked: str, wanted: Name, gone: int) -> Question:
    """Left out for want of what was left out before."""
    shown, where = ".".join(wanted), case.lines[gone].written.place
    mine = _mine(case, wanted)
    left = _left_out(case, wanted, mine)
    return Question(asked, f"{shown} is not there, for the statement at {where} was left out.", (left,), open=True)
