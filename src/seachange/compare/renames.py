"""What may have been renamed: dropped under one name and created under another, with the same content.

Nothing here is assumed: a candidate is shown with its evidence, and stays a drop and a creation until somebody says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.ref import Ref
from seachange.compare.change import Change, Create, Drop

ALIKE = 0.5
"""How much of two objects' parts must agree."""
COMMON = 40
"""What more objects than these have in common says nothing of any of them."""
OWN_NAME = "\N{WHITE SQUARE}"

Item = tuple[Hashable, ...]


class Rename(msgspec.Struct, frozen=True):
    """`old` may have become `new`; `likeness` is the share of what they have that is alike, from 0 to 1."""

    old: Ref
    new: Ref
    likeness: float
    evidence: tuple[str, ...]


def renames(current: Catalog, desired: Catalog, changes: Iterable[Change]) -> tuple[Rename, ...]:
    """The best candidate for each thing that is gone, where it is the best for both sides."""
    changes = tuple(changes)
    gone = [change.old for change in changes if isinstance(change, Drop) and not change.old.told]
    come = [change.new for change in changes if isinstance(change, Create) and not change.new.told]
    lost, found = {fact.names for fact in gone}, {fact.names for fact in come}
    both = {type(fact) for fact in gone} & {type(fact) for fact in come}
    gone, come = ([fact for fact in facts if type(fact) in both] for facts in (gone, come))
    holding, held = _holders(gone, current, lost), _holders(come, desired, found)
    whole = _by_parts(holding, held)
    single = _by_content(_single(gone, lost, holding), _single(come, found, held))
    return tuple(sorted((*whole, *single), key=lambda rename: rename.old))


def _single(facts: Iterable[Fact], touched: set[Path], holders: Container[Ref]) -> list[Fact]:
    """What holds nothing, has something to tell it by, and whose owner stays."""
    return [fact for fact in facts if fact.names[:-1] not in touched and fact.ref not in holders and any(fact.said())]


def _holders(facts: Iterable[Fact], catalog: Catalog, touched: set[Path]) -> dict[Ref, frozenset[Item]]:
    """What holds other facts, with all that is in it by name and content."""
    return {
        fact.ref: parts
        for fact in facts
        if fact.names[:-1] not in touched and (parts := frozenset(_parts(fact, catalog)))
    }


def _parts(fact: Fact, catalog: Catalog) -> Iterator[Item]:
    for part in catalog.parts(fact.names, Fact):
        if not part.told and not part.derived:
            yield (part.names[len(fact.names) :], *_content(part, fact.names[-1]))


def _content(fact: Fact, name: str) -> Iterator[Hashable]:
    """All that makes a difference in a fact, but for its name, whatever it is called."""
    yield type(fact)
    yield fact.args
    for field in fact.__struct_fields__[2:]:
        if field not in fact.aside:
            value = getattr(fact, field)
            yield _nameless(value, name) if isinstance(value, str) else value


def _nameless(text: str, name: str) -> str:
    """`text` without `name`, where that stands as a word of its own."""
    first, *rest = text.split(name)
    nameless = first
    for part in rest:
        nameless += (name if _joins(nameless[-1:]) or _joins(part[:1]) else OWN_NAME) + part
    return nameless


def _joins(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _by_parts(gone: Mapping[Ref, frozenset[Item]], come: Mapping[Ref, frozenset[Item]]) -> Iterator[Rename]:
    """Objects that hold much of the same."""
    having: defaultdict[Item, list[Ref]] = defaultdict(list)
    for new, parts in come.items():
        for part in parts:
            having[part].append(new)
    likeness = {
        (old, new): len(parts & come[new]) / len(parts | come[new])
        for old, parts in gone.items()
        for new in {new for part in parts if len(having[part]) <= COMMON for new in having[part]}
        if new.kind == old.kind
    }
    for old, new in _mutual({pair: share for pair, share in likeness.items() if share >= ALIKE}):
        alike, all_ = len(gone[old] & come[new]), len(gone[old] | come[new])
        yield Rename(old, new, round(alike / all_, 2), (f"{alike} of {all_} parts are the same in both",))


def _by_content(gone: Iterable[Fact], come: Iterable[Fact]) -> Iterator[Rename]:
    """Things of one owner that are the same but for their names."""
    lost, found = _signed(gone), _signed(come)
    for signature, olds in lost.items():
        news = found.get(signature, [])
        if news and max(len(olds), len(news)) <= COMMON:
            apart = {(old.ref, new.ref): abs(_place(old) - _place(new)) for old in olds for new in news}
            for old, new in _mutual({pair: -distance for pair, distance in apart.items()}):
                yield Rename(old, new, 1.0, tuple(_evidence(old, len(olds), len(news))))


def _place(fact: Fact) -> int:
    place: int = getattr(fact, "position", 0)
    return place


def _signed(facts: Iterable[Fact]) -> dict[Item, list[Fact]]:
    signed: defaultdict[Item, list[Fact]] = defaultdict(list)
    for fact in facts:
        if len(fact.names) > 1:
            signed[(fact.names[:-1], *_content(fact, fact.names[-1]))].append(fact)
    return signed


def _evidence(old: Ref, olds: int, news: int) -> Iterator[str]:
    yield f"same content in {'.'.join(old.names[:-1])}"
    if olds > 1 or news > 1:
        yield f"one of {olds} that are gone and {news} that are new, all alike: paired by their places"


def _mutual(likeness: Mapping[tuple[Ref, Ref], float]) -> Iterator[tuple[Ref, Ref]]:
    """The likeliest pairs, each side once."""
    paired: set[Ref] = set()
    for old, new in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if old not in paired and new not in paired:
            paired |= {old, new}
            yield old, new
