"""What a plan has to do with: whatever else moves while it is under way, somebody else has moved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Sequence
from seachange.catalog.facts.told import Told
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Change, Create, Drop
from seachange.plan import Plan
from seachange.planner import goal
from seachange.sql.parse import mentioned

HOLDERS = frozenset({"schema", "table", "foreign table", "view", "materialized view", "composite type", "domain"})


class Reach:
    """All that a plan makes, takes, alters and is about, with what that holds and carries."""

    def __init__(self, plan: Plan, before: Catalog, desired: Catalog) -> None:
        self._plan = plan
        self._aim = goal(before, desired)
        self._before = before
        self._about = frozenset(self._refs())
        self._made_or_gone = {
            ref.names for step in plan.steps for ref in step.makes | step.takes if ref.kind in HOLDERS
        }

    def _refs(self) -> Iterator[Ref]:
        for step in self._plan.steps:
            yield from step.makes | step.takes | step.alters
            if step.subject:
                yield step.subject
        yield from (change.ref for change in changes(self._before, self._aim))

    def covers(self, change: Change) -> bool:
        """Whether the plan may have brought the change about."""
        fact = change.old if isinstance(change, Drop) else change.new
        if any(ref in self._about for ref in _itself(fact)) or self._is_within(fact):
            return True
        return isinstance(change, Create) and self._is_helper(fact)

    def _is_within(self, fact: Fact) -> bool:
        """Whether it lies in something that comes or goes, or hangs on it."""
        anchors = [fact.names, *(anchor for field in ("table", "owned_by") if (anchor := getattr(fact, field, None)))]
        return any(anchor[:count] in self._made_or_gone for anchor in anchors for count in range(1, len(anchor) + 1))

    def _is_helper(self, fact: Fact) -> bool:
        """Whether it is there only for a while: neither state has it, and a statement of the plan names it."""
        ref = _target(fact)
        return ref not in self._aim and (ref.names[-1:] in self._mentioned or ref.names[-2:] in self._mentioned)

    @cached_property
    def _mentioned(self) -> frozenset[tuple[str, ...]]:
        return frozenset().union(*(mentioned(step.sql) for step in self._plan.steps))


def _itself(fact: Fact) -> Iterator[Ref]:
    """Its address, that of what it is said of, and of what it is a part of in all but name."""
    yield fact.ref
    yield _target(fact)
    if fact.ref.kind == "default value":
        yield from (Ref(kind, fact.names) for kind in ("table column", "foreign table column", "view column"))
    if isinstance(fact, Sequence) and fact.owned_by and fact.owned_by_column:
        column = (*fact.owned_by, fact.owned_by_column)
        yield from (Ref(kind, column) for kind in ("table column", "foreign table column"))


def _target(fact: Fact) -> Ref:
    return fact.target if isinstance(fact, Told) else fact.ref
