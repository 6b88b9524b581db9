"""What a plan is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.finding import Finding
from seachange.step import CONSENT, Lock, Risk, Stage, Step, Way

FORMAT = 1
"""Which form a plan has where it is written down."""


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """Steps that take effect together: one transaction, or one step outside of any.  All of one stage's file.

    `file` is where a person wrote them, relative to the plan's folder; empty where seachange made them.  `settings` are
    names and values that hold while it is carried out, and not afterwards.
    """

    stage: Stage
    steps: tuple[Step, ...]
    file: str = ""
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def way(self) -> Way:
        """How it is sent; a step that is not to be grouped is the only one of its group."""
        return self.steps[0].way

    @property
    def lock(self) -> Lock:
        """The strongest lock that it takes."""
        return max(step.lock for step in self.steps)

    @property
    def whole(self) -> bool:
        """Whether it builds something anew, so that its steps have something to do all together or not at all."""
        taken = frozenset[Ref]().union(*(step.takes for step in self.steps))
        return any(not taken.isdisjoint(step.makes) for step in self.steps)


class Volume(msgspec.Struct, frozen=True, array_like=True):
    """How much a relation held when the plan was made: rows as estimated, bytes with indexes and TOAST."""

    relation: Path
    rows: int
    bytes: int


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """What turns one state into another.

    `made_for` and `leads_to` are the fingerprints of both states, `version` the number of the server it was made for.
    `findings` are what the person who reads it should know: what may have been renamed, what was left alone.
    `quarantine` is the label of what it puts there; empty: what goes is dropped.
    `volumes` tells how large the relations are that it works on, as far as anybody knows.  `search_path` is where its
    steps look for names without a schema; empty: they write all names in full.
    """

    made_for: str
    leads_to: str
    version: int
    groups: tuple[Group, ...] = ()
    findings: tuple[Finding, ...] = ()
    online: bool = True
    quarantine: str = ""
    volumes: tuple[Volume, ...] = ()
    search_path: str = ""

    @property
    def steps(self) -> Iterator[Step]:
        """All steps in order."""
        return (step for group in self.groups for step in group.steps)

    @property
    def risks(self) -> frozenset[Risk]:
        """All that somebody should know of."""
        return frozenset().union(*(step.risks for step in self.steps))

    @property
    def consent(self) -> frozenset[Risk]:
        """Risks that somebody must agree to."""
        return self.risks & CONSENT

    @cached_property
    def takes(self) -> frozenset[Ref]:
        """All that some step does away with."""
        return frozenset().union(*(step.takes for step in self.steps))

    @cached_property
    def sizes(self) -> Mapping[Path, Volume]:
        """The volumes by relation."""
        return {volume.relation: volume for volume in self.volumes}


def relations(step: Step) -> frozenset[Path]:
    """The relations that were there before and that a step works on."""
    return frozenset({held.relation for held in step.locks}) | step.rewrites | step.scans
