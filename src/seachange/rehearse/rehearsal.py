"""What a rehearsal shows."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.compare.change import Change
from seachange.finding import Finding, Severity
from seachange.postgres.dump import Differing
from seachange.postgres.measuring import Measured
from seachange.step import Held, Stage, Way


class Taken(msgspec.Struct, frozen=True):
    """A step as it went.

    `measured` are the locks and the work that the server's books show; `declared` what the plan says of locks.
    `undeclared` are tables with rows that were written anew though the plan does not say so.
    """

    number: int
    sql: str
    stage: Stage
    way: Way
    seconds: float
    measured: Measured
    declared: tuple[Held, ...] = ()
    undeclared: tuple[Path, ...] = ()


class Refusal(msgspec.Struct, frozen=True):
    """The step at which a plan stopped: its number, the server's code and words."""

    number: int
    sql: str
    code: str
    said: str
    advice: str


class Survival(msgspec.Struct, frozen=True):
    """The rows of a table that stays.  `same`: each of the columns that must keep their values has them.

    `changed` are columns whose values are no longer what they were, where the plan says that it changes them.
    """

    table: Path
    name: Path
    before: int
    after: int
    same: bool
    changed: tuple[str, ...] = ()

    @property
    def survived(self) -> bool:
        """All rows are there, with all values that had to stay."""
        return self.same and self.before == self.after


class Lost(msgspec.Struct, frozen=True):
    """A table or a column that held values and is gone."""

    ref: Ref
    rows: int
    declared: bool


class Passage(msgspec.Struct, frozen=True):
    """One plan as it went on the copy, and where it led.

    `left` is what still differs from the state it should lead to; `dump` what pg_dump says that differs, None where it
    was not asked.
    """

    steps: tuple[Taken, ...] = ()
    refusal: Refusal | None = None
    left: tuple[Change, ...] = ()
    rows: tuple[Survival, ...] = ()
    lost: tuple[Lost, ...] = ()
    dump: Differing | None = None
    seconds: float = 0.0

    @property
    def by_stage(self) -> Mapping[Stage, float]:
        """The seconds that the statements of each stage took."""
        return {
            stage: sum(step.seconds for step in self.steps if step.stage is stage)
            for stage in sorted({step.stage for step in self.steps})
        }


class Copied(msgspec.Struct, frozen=True):
    """What the copy held: rows taken over and rows made up, in how many tables; whether all of the target's came."""

    where: str
    version: int
    rows: int = 0
    tables: int = 0
    whole: bool = True
    made_up: int = 0
    made_up_tables: int = 0


class Rehearsal(msgspec.Struct, frozen=True):
    """What became of a plan, and of the plan back, on a copy of its target."""

    plan: Passage
    copied: Copied
    undo: Passage | None = None
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0

    @property
    def proven(self) -> bool:
        """Nothing was found that the plan does not keep of what it promises."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    @property
    def refused(self) -> bool:
        """A step was refused by the server."""
        return any(one is not None and one.refusal is not None for one in (self.plan, self.undo))
