"""Operators that are missing for two types: a literal is cast to another type than the column has."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import A_Const, A_Expr, ColumnRef, Node, TypeCast
from seachange.sql.quote import unquoted

TEXTS = ("text", "character varying", "character", "citext")


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if refusal.code != "42883" or not refusal.said.startswith("operator does not exist: ") or case.node is None:
        return
    types = _types(refusal.said.partition(": ")[2])
    if types is None:
        return
    left, right = types
    compared = (one for one in tree.walk(case.node) if isinstance(one, A_Expr))
    yield from _mended(case, [one for one in compared if refusal.at in (one.location, None)], left, right)


def _types(said: str) -> tuple[str, str] | None:
    """The types of both sides, from `character varying = user_role`."""
    words = said.split(" ")
    at = next((i for i, word in enumerate(words) if word and not word[0].isalpha() and word[0] not in '"_'), None)
    return (" ".join(words[:at]), " ".join(words[at + 1 :])) if at else None


def _mended(case: Case, compared: list[Node], left: str, right: str) -> Iterator[Question]:
    text, asks = Text(case.text), f"A {left} cannot be compared with a {right}."
    sides = [pair for one in compared for pair in ((one.lexpr, left), (one.rexpr, right))]
    edits = {edit for side, own in sides if own not in TEXTS for edit in _uncast(text, side, own)}
    if edits:
        kind = left if left in TEXTS else right
        does = f"The literal is not cast, so that it is a {kind}, as what it is compared with."
        repair = Repair(name="uncast", does=does, text=text.changed(edits))
        yield Question(f"other-type {left} {right}", asks, (repair,))
        return
    edits = {edit for side, own in sides if own not in TEXTS for edit in _as_text(text, side)}
    if edits and len(compared) == 1 and (left in TEXTS) != (right in TEXTS):
        kind = right if left in TEXTS else left
        repair = Repair(name="as-text", does=f"The {kind} is compared as text.", text=text.changed(edits))
        yield Question(f"other-type {left} {right}", asks, (repair,))


def _uncast(text: Text, side: Message, own: str) -> Iterator[Edit]:
    """Literals without the casts to this type behind them."""
    for one in tree.walk(side):
        if isinstance(one, TypeCast) and isinstance(tree.inner(one.arg), A_Const) and _is(one.type_name, own):
            at = text.at(one.location)
            if text.pieces[at].word == "::":
                yield Edit(text.pieces[at].start, text.pieces[_behind_type(text, at + 1) - 1].end, "")


def _is(written: Node, kind: str) -> bool:
    return bool(unquoted(kind)[-1] == written.names[-1].string.sval)


def _behind_type(text: Text, at: int) -> int:
    """Behind the name of a type, with its schema, its length and what makes it an array."""
    at += 1
    while at < len(text.pieces) and text.pieces[at].word == ".":
        at += 2
    for opening in ("(", "["):
        while at < len(text.pieces) and text.pieces[at].word == opening:
            at = text.closing(at) + 1
    return at


def _as_text(text: Text, side: Message) -> Iterator[Edit]:
    node = tree.inner(side)
    if isinstance(node, ColumnRef):
        piece = text.pieces[text.at(node.location) + 2 * (len(node.fields) - 1)]
        yield Edit(piece.end, piece.end, "::text")
