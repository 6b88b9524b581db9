"""What a table lacks, in words: its parts by their sort, not one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, DefaultValue, Index
from seachange.catalog.facts.told import Comment

NAMED = 6
"""Names of one sort that are told one by one."""
SORTS = {"table constraint": "constraint", "default value": "default"}


def parts(current: Catalog, lacking: Sequence[Fact]) -> Iterator[str]:
    """“the columns a and b”, “NOT NULL of c”; what comes with another part of these is not told for itself."""
    columns = [fact for fact in lacking if isinstance(fact, Column)]
    new = [fact for fact in columns if fact.ref not in current]
    yield from _some("the column", [fact.names[-1] for fact in new])
    old = {fact.ref: there for fact in columns if isinstance(there := current.get(fact.ref), Column)}
    both = [(fact, old[fact.ref]) for fact in columns if fact.ref in old]
    wider = [f"{fact.names[-1]} ({fact.type})" for fact, there in both if fact.type != there.type]
    yield from _some("the type of", wider, one=True)
    strict = [fact.names[-1] for fact, there in both if fact.not_null and not there.not_null]
    yield from _some("NOT NULL of", strict, one=True)
    yield from _others([fact for fact in lacking if fact not in columns and not _comes_along(fact, new)])


def _comes_along(fact: Fact, new: Sequence[Fact]) -> bool:
    """The default of a column that is new, the index of a constraint, what is said of either."""
    if isinstance(fact, Index):
        return fact.constraint
    names = {one.names for one in new}
    return isinstance(fact, DefaultValue | Comment) and fact.names in names


def _others(facts: Sequence[Fact]) -> Iterator[str]:
    for kind in dict.fromkeys(fact.ref.kind for fact in facts):
        named = [fact.names[-1] for fact in facts if fact.ref.kind == kind]
        yield from _some(f"the {SORTS.get(kind, kind)}", named)


def _some(what: str, names: Sequence[str], *, one: bool = False) -> Iterator[str]:
    if not names:
        return
    names = sorted(names)
    more = len(names) - NAMED
    shown = [*names[:NAMED], f"{more} more"] if more > 1 else list(names)
    plural = "" if one or len(names) == 1 else "es" if what.endswith("index") else "s"
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
    yield f"{what}{plural} {listed}"
