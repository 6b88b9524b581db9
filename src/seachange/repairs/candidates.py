"""Tables that may play the part of one that is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from seachange.catalog.facts.relations import Table
from seachange.repairs.case import Case
from seachange.repairs.places import columns, key, keys
from seachange.sql.relations import Name

LIKE = 0.75
"""How much two names must have in common."""

SYSTEM = ("pg_catalog", "information_schema")


class Candidate(Struct, frozen=True):
    """A table, and how much its name has in common with the one that is missing: 1 if only schema or plural differ."""

    path: Name
    likeness: float


def candidates(case: Case, wanted: Name, read: Collection[str], types: tuple[str | None, ...] = ()) -> list[Candidate]:
    """Those that have all columns that are read, and a key of these types; the most alike first."""
    found = [one for one in _alike(case, wanted) if _serves(case, one.path, read, types)]
    return sorted(found, key=lambda one: (-one.likeness, one.path))


def _alike(case: Case, wanted: Name) -> Iterator[Candidate]:
    for table in case.catalog.of(Table):
        if table.names[0] in SYSTEM or table.names == wanted:
            continue
        like = likeness(wanted[-1], table.names[-1])
        if like >= LIKE:
            yield Candidate(table.names, like)


def likeness(wanted: str, there: str) -> float:
    if singular(wanted) == singular(there):
        return 1.0
    return min(0.99, SequenceMatcher(None, singular(wanted), singular(there)).ratio())


def singular(word: str) -> str:
    """A name in the singular, as far as English endings tell, in small letters and without what parts words."""
    word = word.lower().replace("_", "")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _serves(case: Case, path: Name, read: Collection[str], types: tuple[str | None, ...]) -> bool:
    there = columns(case.catalog, path)
    if not set(read) <= there.keys():
        return False
    return not types or key_for(case, path, (), types) is not None


def key_for(case: Case, path: Name, named: tuple[str, ...], types: tuple[str | None, ...]) -> tuple[str, ...] | None:
    """The columns of a key that a foreign key of these types may refer to: the named ones, or the primary key."""
    there = columns(case.catalog, path)
    for wished in filter(None, (named, key(case.catalog, path))):
        fits = len(wished) == len(types) and all(
            other is None or there.get(column) == other for column, other in zip(wished, types, strict=True)
        )
        if fits and frozenset(wished) in keys(case.catalog, path):
            return wished
    return None
