"""What policies read: settings, claims in them, columns; through the functions that they call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import NamedTuple

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.routines import Routine
from seachange.postgres.supply import Supply
from seachange.postgres.values import constants
from seachange.sql import parse

MOST = 48
"""Ways to fill in settings that are tried."""
CHOICES = 6
ARROWS = frozenset({"->", "->>"})


class Slot(NamedTuple):
    """A setting, or a claim within one that holds JSON."""

    setting: str
    claim: str = ""


class Source(NamedTuple):
    """Where the value of a slot comes from: the column of a row, or a constant."""

    table: Path
    column: str
    constant: str = ""


class Read(msgspec.Struct, frozen=True):
    """What some expressions read."""

    slots: tuple[Slot, ...]
    names: frozenset[str]
    constants: tuple[str, ...]
    user: bool

    @property
    def settings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.setting for one in self.slots))


def read(catalog: Catalog, expressions: Iterable[str]) -> Read:
    """Settings, names and constants, also those in the bodies of functions that are called."""
    texts = tuple(_closure(catalog, tuple(expressions)))
    words = [_words(text) for text in texts]
    names = frozenset(name[-1] for text in texts for name in parse.mentioned(text))
    return Read(
        slots=tuple(dict.fromkeys(slot for one in words for slot in _slots(one))),
        names=names,
        constants=tuple(dict.fromkeys(one for text in texts for one in constants(text))),
        user=any(word.lower() in ("current_user", "session_user") for one in words for word in one),
    )


def _closure(catalog: Catalog, texts: tuple[str, ...]) -> Iterator[str]:
    bodies: dict[str, list[str]] = {}
    for one in catalog.of(Routine):
        bodies.setdefault(one.names[-1], []).append(one.body or one.statements or "")
    waiting, seen = list(texts), set[str]()
    while waiting:
        text = waiting.pop(0)
        if text in seen:
            continue
        seen.add(text)
        yield text
        waiting += [body for name in sorted(parse.mentioned(text)) for body in bodies.get(name[-1], ())]


def _words(text: str) -> tuple[str, ...]:
    try:
        return parse.words(text)
    except parse.NotScanned:
        return ()


def _slots(words: tuple[str, ...]) -> Iterator[Slot]:
    claims = [
        _string(words[at + 1]) for at in range(len(words) - 1) if words[at] in ARROWS and _is_string(words[at + 1])
    ]
    for at in range(len(words) - 2):
        if words[at].lower() == "current_setting" and words[at + 1] == "(" and _is_string(words[at + 2]):
            setting = _string(words[at + 2])
            json = {"json", "jsonb"}.intersection(word.lower() for word in words[at : at + 18])
            yield from (Slot(setting, claim) for claim in claims if json)
            if not json or not claims:
                yield Slot(setting)


def _is_string(word: str) -> bool:
    return word.startswith("'")


def _string(word: str) -> str:
    return word[1:-1].replace("''", "'")


Filling = Mapping[Slot, Source]


def fillings(what: Read, table: Path, supply: Supply, groups: Iterable[str]) -> Iterator[Filling]:
    """Ways to fill the slots in, the likeliest first.  Slots of one name hold the same."""
    keys = tuple(dict.fromkeys(map(_key, what.slots)))
    ranked = [list(enumerate(_ranked(key, what, table, supply, tuple(groups)))) for key in keys]
    combined = sorted(product(*ranked), key=lambda one: sum(rank for rank, _ in one))
    for chosen in islice(combined, MOST):
        sources = {key: source for key, (_, source) in zip(keys, chosen, strict=True)}
        yield {slot: sources[_key(slot)] for slot in what.slots}


def _key(slot: Slot) -> str:
    return (slot.claim or slot.setting.rpartition(".")[2]).lower()


def _ranked(key: str, what: Read, table: Path, supply: Supply, groups: tuple[str, ...]) -> list[Source]:
    """Columns whose name is like the slot's come first, then those of the table itself, then constants."""
    near = [names for names in supply.tables if names != table and names[-1] in what.names]
    columns = [
        Source(names, column.name)
        for names in (table, *sorted(near))
        for column in supply.tables[names].columns
        if column.name in what.names
    ]
    known = {part for setting in what.settings for part in (setting, _key(Slot(setting)))}
    told = [Source((), "", one) for one in (*groups, *what.constants) if one and one not in known]
    likely = sorted(columns, key=lambda one: not _alike(key, one))[:CHOICES]
    return [*told, *likely][: CHOICES + 2] if "role" in key else [*likely, *told[: CHOICES // 2]]


def _alike(wanted: str, source: Source) -> bool:
    column = source.column.lower()
    return (
        column in wanted
        or wanted in column
        or column.removesuffix("_id") in wanted
        or (wanted == "sub" and "user" in column)
    )
