"""A statement that ends in its middle, with the next one right behind it: finished as others of its kind are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.parse import NotScanned
from seachange.sql.tree import NotParsed


class Halves(Struct, frozen=True):
    """What was begun, and the statement behind it."""

    begun: str
    behind: str


class End(Struct, frozen=True):
    """The end of another statement.  `alike`: its names are made of each other as those of what was begun."""

    tail: str
    alike: bool


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if refusal.code != "42601" or case.node is not None or not refusal.at:
        return
    raw = case.text.encode()
    halves = Halves(raw[: refusal.at].decode().rstrip(), raw[refusal.at :].decode())
    if not halves.begun or not _parsed(halves.behind):
        return
    ends = [end for line in case.lines if line.node is not None for end in _ends(halves.begun, line.text)]
    tails = {one.tail for one in ends if one.alike} or {one.tail for one in ends}
    apart = Repair(
        name="leave-out",
        does="What was begun and not finished is left out; the statement behind it stays.",
        follows=f"What “{' '.join(halves.begun.split())}” was to make is not there.",
        outcome=Outcome.REMOVED,
        text=halves.behind,
    )
    whole = [_finished(halves, tails.pop())] if len(tails) == 1 else []
    asks = "The statement ends in its middle, and another one begins."
    yield Question(f"unfinished {case.line.written.place}", asks, (*whole, apart), open=True)


def _finished(halves: Halves, tail: str) -> Repair:
    return Repair(
        name="finish",
        does="Finished as the others of its kind in the script are.",
        follows=f"Somebody should see whether it was to end with “{' '.join(tail.split())}”.",
        text=f"{halves.begun}\n{tail}",
        after=(halves.behind,),
    )


def _parsed(sql: str) -> bool:
    try:
        return tree.tree(sql) is not None
    except NotParsed:
        return False


def _ends(begun: str, other: str) -> Iterator[End]:
    """The end of a statement that begins likewise: the same words, other names."""
    try:
        ours, theirs = Text(begun), Text(other)
    except NotScanned:
        return
    count = len(ours.pieces)
    if count < len(theirs.pieces) and count > 2 and _parsed(f"{begun}\n{_rest(theirs, count)}"):
        pairs = zip(ours.pieces, theirs.pieces, strict=False)
        differ = [at for at, (one, two) in enumerate(pairs) if one.word != two.word]
        if all(_is_name(ours, at) and _is_name(theirs, at) for at in differ) and len(differ) < count / 2:
            yield End(_rest(theirs, count), _made_alike(ours, differ) == _made_alike(theirs, differ))


def _made_alike(text: Text, names: Sequence[int]) -> tuple[str, ...]:
    """How names are made of the last of them: `touch_order` and `order` as `touch_*`."""
    words = [text.pieces[at].word for at in names]
    return tuple(f"_{word}_".replace(f"_{words[-1]}_", "_*_") for word in words)


def _rest(text: Text, first: int) -> str:
    return text.raw[text.pieces[first].start :].decode()


def _is_name(text: Text, at: int) -> bool:
    """Whether a token is a name: what is written in small letters or in double quotes."""
    piece = text.pieces[at]
    written = text.raw[piece.start : piece.end].decode()
    return written.startswith('"') or ((written[:1].isalpha() or written[:1] == "_") and written == written.lower())
