"""What differs between two catalogs.  No kind of object is named here."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact
from seachange.catalog.ref import Ref
from seachange.compare.change import Alter, Change, Create, Drop
from seachange.compare.comparison import Comparison
from seachange.compare.parity import parity
from seachange.compare.renames import renames

__all__ = ["Alter", "Change", "Comparison", "Create", "Drop", "changes", "compare"]


def compare(current: Catalog, desired: Catalog) -> Comparison:
    """All that differs between two states, with parity by kind and what may have been renamed."""
    found = changes(current, desired)
    return Comparison(
        changes=found,
        parity=parity(current, desired, found),
        renames=renames(current, desired, found),
        findings=current.origin.findings + desired.origin.findings,
    )


def changes(current: Catalog, desired: Catalog) -> tuple[Change, ...]:
    """The changes that turn `current` into `desired`, in the order of their addresses."""
    silent = current.origin.silent | desired.origin.silent
    found = (change for change in _changes(current, desired) if not _is_silent(change.ref, silent))
    return tuple(sorted(found, key=lambda change: change.ref))


def _is_silent(ref: Ref, silent: frozenset[str]) -> bool:
    return ref.kind in silent or (KINDS[ref.kind].told and ref.args[0] in silent)


def differences(old: Fact, new: Fact) -> tuple[str, ...]:
    """The fields that differ, in the order the kind declares them."""
    fields = (field for field in old.__struct_fields__ if field not in old.aside)
    return tuple(field for field in fields if getattr(old, field) != getattr(new, field))


def _changes(current: Catalog, desired: Catalog) -> Iterator[Change]:
    there = desired.facts
    for ref, old in current.facts.items():
        new = there.get(ref)
        if new is None:
            if not old.derived:
                yield Drop(old)
        elif old != new and not old.derived and (fields := differences(old, new)):
            yield Alter(old, new, fields)
    here = current.facts
    yield from (Create(new) for ref, new in there.items() if ref not in here and not new.derived)
