"""All that is known of a run: what the reports on it are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.compare import compare
from seachange.compare.comparison import Comparison
from seachange.finding import Finding
from seachange.plan import Plan
from seachange.planner import Size
from seachange.postgres.ledger import Ledger, Run, Taken, Wait
from seachange.rehearse.rehearsal import Rehearsal, Survival
from seachange.verify.verification import Verification

Sizes = Mapping[Path, Size]
NO_SIZES: Sizes = {}


class Story(msgspec.Struct, frozen=True, dict=True):
    """One run, from the state that it found to the state that was read back, and what was measured on the way.

    `target` and `desired` are names for people, without passwords.  `comparison` is of `before` with `goal`; `after`
    is None where the run was not read back.  `undo` is the command that takes the run back.  What nobody measured is
    None or empty, and the reports say so.  `began` and `ended` are those of all of the work; the run has its own.
    """

    target: str
    desired: str
    before: Catalog
    goal: Catalog
    comparison: Comparison
    plan: Plan
    run: Run
    steps: tuple[Taken, ...]
    waits: tuple[Wait, ...] = ()
    after: Catalog | None = None
    rehearsal: Rehearsal | None = None
    verification: Verification | None = None
    survivals: tuple[Survival, ...] = ()
    sizes_before: Sizes = NO_SIZES
    sizes_after: Sizes = NO_SIZES
    undo: str = ""
    findings: tuple[Finding, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None

    @cached_property
    def reached(self) -> Comparison | None:
        """What is left between the state that was read back and the desired one; None where nobody looked."""
        if self.verification is not None:
            return Comparison(changes=self.verification.changes, parity=self.verification.parity)
        return compare(self.after, self.goal) if self.after is not None else None


def retold(ledger: Ledger, run: Run, target: str, *, undo: str = "") -> Story:
    """The story of a run as far as the ledger has it, which keeps neither rehearsals nor verifications.

    The sizes before are those that the plan was made with, of the relations that it works on.
    """
    folder = ledger.folder(run.run)
    return Story(
        target=target,
        desired=dict(folder.about).get("desired", run.desired),
        before=folder.current,
        goal=folder.desired,
        comparison=compare(folder.current, folder.desired),
        plan=folder.plan,
        run=run,
        steps=tuple(ledger.steps(run.run).values()),
        waits=ledger.waits(run.run),
        after=ledger.catalog(run.after) if run.after is not None else None,
        sizes_before={volume.relation: Size(volume.rows, volume.bytes) for volume in folder.plan.volumes},
        undo=undo,
        findings=folder.plan.findings,
        began=run.began,
        ended=run.ended,
    )
