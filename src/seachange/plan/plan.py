"""What a plan is."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.finding import Finding
from seachange.step import CONSENT, Lock, Risk, Stage, Step, Way

FORMAT = 1


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """Steps that take effect together: one transaction, or one step outside of any.  All of one stage's file."""

    stage: Stage
    steps: tuple[Step, ...]

    @property
    def way(self) -> Way:
        """How it is sent; a step that is not to be grouped is the only one of its group."""
        return self.steps[0].way

    @property
    def lock(self) -> Lock:
        """The strongest lock that it takes."""
        return max(step.lock for step in self.steps)


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What turns one state into another.

    `made_for` and `leads_to` are the fingerprints of both states, `version` the number of the server it was made for.
    `findings` are what the person who reads it should know: what may have been renamed, what was left alone.
    `quarantine` is the label of what it puts there; empty: what goes is dropped.
    """

    made_for: str
    leads_to: str
    version: int
    groups: tuple[Group, ...] = ()
    findings: tuple[Finding, ...] = ()
    online: bool = True
    quarantine: str = ""
    format: int = FORMAT

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
