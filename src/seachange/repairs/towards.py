"""Statements that lead from one state to another that is nearly the same, as the planner has them."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.planner import Wishes, plan

PLAIN = Wishes(online=False)


def with_facts(catalog: Catalog, facts: Iterable[Fact], links: Catalog | None = None) -> Catalog:
    """`catalog` with some facts more, or others in their place.  Who needs whom is as in `links`, if that is given."""
    return Catalog({**catalog.facts, **{fact.ref: fact for fact in facts}}, (links or catalog).links, catalog.origin)


def statements(current: Catalog, desired: Catalog) -> tuple[str, ...]:
    """What turns the one into the other, dependents included.  Raises NotPlanned."""
    return tuple(step.sql for step in plan(current, desired, PLAIN).steps)


def differing(current: Catalog, desired: Catalog, refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Those of the addresses at which the two have something else."""
    return tuple(ref for ref in refs if current.get(ref) != desired.get(ref))
