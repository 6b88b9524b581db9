"""Parts of a statement found in its text and taken out, or put in: elements, constraints, clauses, expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from seachange.sql import tree
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import (
    CONSTR_ATTR_DEFERRABLE,
    CONSTR_ATTR_NOT_ENFORCED,
    AlterTableStmt,
    ColumnDef,
    Constraint,
    CreateStmt,
    Node,
)
from seachange.sql.parse import Token, tokens

_DEEPER = {"(": 1, ")": -1, "[": 1, "]": -1}
_ATTRIBUTES = range(CONSTR_ATTR_DEFERRABLE, CONSTR_ATTR_NOT_ENFORCED + 1)
"""DEFERRABLE and its like, which are nodes of their own behind the constraint that they belong to."""

Pieces = Sequence[Token]


class Text:
    """A statement with its tokens; positions are bytes."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.raw = sql.encode()
        self.pieces = tokens(sql)

    def at(self, start: int) -> int:
        """The number of the first token that begins at `start` or behind it."""
        return next((i for i, one in enumerate(self.pieces) if one.start >= start), len(self.pieces))

    def closing(self, opening: int) -> int:
        """The number of the token that closes the parenthesis that token `opening` opens."""
        depth = 0
        for i in range(opening, len(self.pieces)):
            depth += _DEEPER.get(self.pieces[i].word, 0)
            if not depth:
                return i
        return len(self.pieces)

    def parts(self, first: int, end: int, by: str = ",") -> list[tuple[int, int]]:
        """The tokens from `first` to `end`, taken apart at each `by` that is within no parentheses of its own."""
        cuts = [first - 1, *(i for i in self.outside(first, end) if self.pieces[i].word == by), end]
        return [(before + 1, behind) for before, behind in pairwise(cuts)]

    def outside(self, first: int, end: int) -> Iterator[int]:
        """The tokens from `first` to `end` that are within no parentheses and no CASE of their own."""
        depth = 0
        for i in range(first, end):
            word = self.pieces[i].word
            depth -= word in (")", "]", "END")
            if not depth:
                yield i
            depth += word in ("(", "[", "CASE")

    def written(self, first: int, end: int) -> str:
        """The text of the tokens from `first` to `end`, which is not among them."""
        return self.raw[self.pieces[first].start : self.pieces[end - 1].end].decode() if first < end else ""

    def changed(self, edits: Iterable[Edit]) -> str:
        return edited(self.raw, edits).decode()

    def without_all(self, unwanted: Sequence[tuple[int, int]]) -> list[Edit]:
        """Parts of one list taken out, each with its comma and the comment behind it."""
        edits = [self._part(first, end) for first, end in unwanted]
        gone = {first for first, _ in unwanted}
        if unwanted and not self._has_comma(unwanted[-1][1]):
            first = unwanted[-1][0]
            while comma := self._comma_before(first):
                before = next((one for one, end in unwanted if end == comma), None)
                if before not in gone or before is None:
                    edits.append(Edit(self.pieces[comma].start, self.pieces[comma].end, ""))
                    break
                first = before
        return edits

    def without(self, first: int, end: int) -> list[Edit]:
        """One part taken out of a list."""
        return self.without_all([(first, end)])

    def _has_comma(self, end: int) -> bool:
        return end < len(self.pieces) and self.pieces[end].word == ","

    def _comma_before(self, first: int) -> int | None:
        return first - 1 if first and self.pieces[first - 1].word == "," else None

    def _part(self, first: int, end: int) -> Edit:
        """A part with the comma behind it; with all of its lines, where nothing else stands on them."""
        start, comma = self.pieces[first].start, self._has_comma(end)
        stop = _past_comment(self.raw, self.pieces[end if comma else end - 1].end)
        line = _line_start(self.raw, start)
        if line is not None and _line_ends(self.raw, stop):
            return Edit(line, stop, "")
        before = self.pieces[first - 1].end if first else start
        if not comma and not self.raw[before:start].strip():
            start = before
        return Edit(start, _past_blanks(self.raw, stop) if comma else stop, "")

    def clause(self, first: int, end: int) -> Edit:
        """The tokens from `first` to `end` taken out, with the blanks before them."""
        start, before = self.pieces[first].start, self.pieces[first - 1].end if first else 0
        blank = not self.raw[before:start].strip()
        return Edit(before if blank else start, self.pieces[end - 1].end, "")

    def elements(self) -> list[tuple[int, int]]:
        """The elements of a CREATE TABLE, whether or not the grammar knows all of them."""
        opening = next((i for i, one in enumerate(self.pieces) if one.word == "("), None)
        return [] if opening is None else self.parts(opening + 1, self.closing(opening))


def _past_comment(raw: bytes, at: int) -> int:
    """Behind the comment on the same line, if nothing else is there."""
    rest = raw[at : _eol(raw, at)]
    return at + len(rest) if rest.strip().startswith(b"--") else at


def _eol(raw: bytes, at: int) -> int:
    found = raw.find(b"\n", at)
    return len(raw) if found < 0 else found


def _line_ends(raw: bytes, at: int) -> bool:
    return not raw[at : _eol(raw, at)].strip()


def _line_start(raw: bytes, at: int) -> int | None:
    """The line break before `at`, if only blanks are between them."""
    found = raw.rfind(b"\n", 0, at)
    return found if found >= 0 and not raw[found:at].strip() else None


def _past_blanks(raw: bytes, at: int) -> int:
    while raw[at : at + 1] in (b" ", b"\t"):
        at += 1
    return at


class Place:
    """An element of a CREATE TABLE or an action of an ALTER TABLE: its tokens, its node, the constraints in it."""

    def __init__(self, first: int, end: int, node: Node) -> None:
        self.first, self.end, self.node = first, end, node
        self.column: Node = node if isinstance(node, ColumnDef) else None
        self.constraints: list[Node] = [node] if isinstance(node, Constraint) else []
        if self.column:
            self.constraints = [one.constraint for one in self.column.constraints]


def places(text: Text, node: Node) -> list[Place]:
    """The elements of a CREATE TABLE, or the actions of an ALTER TABLE, with their tokens."""
    match node:
        case CreateStmt(table_elts=elements):
            pairs = zip(text.elements(), map(tree.inner, elements), strict=False)
        case AlterTableStmt(relation=relation, cmds=commands):
            behind = text.at(relation.location) + 2 * bool(relation.schemaname) + 1
            parts = text.parts(behind, len(text.pieces))
            pairs = zip(parts, (_defined(tree.inner(one)) for one in commands), strict=False)
        case _:
            return []
    return [Place(first, end, each) for (first, end), each in pairs]


def _defined(command: Node) -> Node:
    """What an action of ALTER TABLE brings along, such as a constraint; itself where it brings nothing."""
    return tree.inner(getattr(command, "def")) if command.HasField("def") else command


def without_constraints(sql: str, node: Node, unwanted: Callable[[Node], bool]) -> str:
    """A CREATE TABLE or ALTER TABLE without some constraints; "" where nothing is left of it.  Columns stay."""
    text = Text(sql)
    found = [(place, [one for one in place.constraints if unwanted(one)]) for place in places(text, node)]
    whole = [place for place, constraints in found if constraints and not place.column]
    if len(whole) == len(found) and isinstance(node, AlterTableStmt):
        return ""
    edits = text.without_all([(place.first, place.end) for place in whole])
    for place, constraints in found:
        if place.column:
            edits += [_column_constraint(text, place, each) for each in constraints]
    return text.changed(edits)


def _column_constraint(text: Text, place: Place, constraint: Node) -> Edit:
    """A constraint of a column, up to the next one; what says when it is checked belongs to it."""
    column = place.column
    others = [one.constraint.location for one in column.constraints if one.constraint.contype not in _ATTRIBUTES]
    if column.HasField("coll_clause"):
        others.append(column.coll_clause.location)
    behind = min((at for at in others if at > constraint.location), default=None)
    return text.clause(text.at(constraint.location), place.end if behind is None else text.at(behind))
