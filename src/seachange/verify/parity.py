"""Objects: what differs from the desired state, and how much of each kind is the same."""

from __future__ import annotations

from collections.abc import Set

from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.compare import Change
from seachange.compare.parity import Parity, parity
from seachange.planner import remaining


def compared(found: Catalog, desired: Catalog) -> tuple[tuple[Change, ...], tuple[Parity, ...]]:
    """What differs, and parity by kind.

    What the desired state does not speak of is left as it is by every plan: it neither differs nor counts.
    """
    differs = remaining(found, found, desired)
    changed = {change.ref for change in differs}
    sides = (_spoken(found, desired.facts.keys() | changed), _spoken(desired, found.facts.keys() | changed))
    return differs, parity(*sides, differs)


def _spoken(catalog: Catalog, refs: Set[Ref]) -> Catalog:
    return Catalog({ref: fact for ref, fact in catalog.facts.items() if ref in refs}, (), catalog.origin)
