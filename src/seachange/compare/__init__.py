"""What differs between two catalogs.  No kind of object is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import compress
from operator import itemgetter, ne
from typing import TypeAlias

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact
from seachange.compare.change import Alter, Change, Create, Drop
from seachange.compare.comparison import Comparison
from seachange.compare.parity import parity
from seachange.compare.renames import renames
from seachange.finding import Finding, Severity

__all__ = ["Alter", "Change", "Comparison", "Create", "Drop", "Pair", "changes", "compare", "counted", "differing"]

Pair: TypeAlias = tuple[Fact | None, Fact | None]
"""What is at one address in two states."""


def compare(current: Catalog, desired: Catalog) -> Comparison:
    """All that differs between two states, with parity by kind and what may have been renamed."""
    found = changes(current, desired)
    return Comparison(
        changes=found,
        parity=parity(current, desired, found),
        renames=renames(current, desired, found),
        findings=(*_said(current, desired), *current.origin.findings, *desired.origin.findings),
    )


def _said(current: Catalog, desired: Catalog) -> Iterator[Finding]:
    """Views and expressions are compared as the servers write them out, and each major version writes its own way."""
    here, there = (catalog.origin.version // 10000 for catalog in (current, desired))
    if here and there and here != there:
        yield Finding(
            check="versions-differ",
            severity=Severity.NOTE,
            about=f"PostgreSQL {here} and {there}",
            message=f"The current state was read from PostgreSQL {here}, the desired one from {there}: "
            "a view or an expression may differ only in how the two write it out.",
            advice="To be sure, compare a dump of the older one instead: it is then loaded into the newer version.",
        )


def changes(current: Catalog, desired: Catalog) -> tuple[Change, ...]:
    """The changes that turn `current` into `desired`, in the order of their addresses."""
    return counted(differing(current, desired), current, desired)


def counted(pairs: Iterable[tuple[Fact | None, Fact | None]], current: Catalog, desired: Catalog) -> tuple[Change, ...]:
    """The changes among what is `differing`: neither what is aside, nor what one of the two does not speak of."""
    silent = current.origin.silent | desired.origin.silent
    unsaid = _unsaid(current, desired)
    found = ((change.ref, change) for old, new in pairs if (change := _change(old, new)))
    return tuple(
        change for _, change in sorted(found, key=itemgetter(0)) if not silent & _kinds(change) and not unsaid(change)
    )


def _kinds(change: Change) -> frozenset[str]:
    """The kind that changes, and the kind that something is said of."""
    ref = change.ref
    return frozenset({ref.kind, ref.args[0]} if KINDS[ref.kind].told else {ref.kind})


def _unsaid(current: Catalog, desired: Catalog) -> Callable[[Change], bool]:
    """Tells whether something is missing only because the script that made one of the sides does not speak of it."""
    missing = {(True, False): Create, (False, True): Drop}.get((current.origin.made, desired.origin.made))

    def unsaid(change: Change) -> bool:
        return missing is not None and isinstance(change, missing) and any(KINDS[kind].left for kind in _kinds(change))

    return unsaid


def differences(old: Fact, new: Fact) -> tuple[str, ...]:
    """The fields that differ, in the order the kind declares them."""
    fields = (field for field in old.__struct_fields__ if field not in old.aside)
    return tuple(field for field in fields if getattr(old, field) != getattr(new, field))


def differing(current: Catalog, desired: Catalog) -> Iterator[Pair]:
    """What is not the same in both, side by side, in no order; None where one of them lacks it."""
    here, there = current.facts, desired.facts
    olds, news = list(here.values()), list(map(there.get, here))
    yield from compress(zip(olds, news, strict=True), map(ne, olds, news))
    yield from ((None, there[ref]) for ref in there.keys() - here.keys())


def _change(old: Fact | None, new: Fact | None) -> Change | None:
    """What is derived comes and goes with its owner; how it differs counts."""
    if old is None or new is None:
        if new is not None and not new.derived:
            return Create(new)
        return Drop(old) if old is not None and not old.derived else None
    return Alter(old, new, fields) if (fields := differences(old, new)) else None
