"""What verifying a database shows."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.compare.change import Change
from seachange.compare.parity import Parity
from seachange.finding import Finding, Severity


class Outcome(StrEnum):
    """How a probe ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EXAMINABLE = "not examinable"
    """Nothing could be tried, and `said` tells why."""


class Since(StrEnum):
    """Since when a fault is there."""

    INTRODUCED = "introduced"
    """The same probe passed before, or what is probed was not there; in the desired state it passes."""
    INHERITED = "inherited"
    """The same probe failed before, or fails in the desired state as well."""
    UNKNOWN = ""
    """Nobody looked before."""


class Aspect(StrEnum):
    """What a probe looks at.  The words complete the sentence: the table (view, function …) …"""

    TAKES_ROW = "takes a row"
    REFUSES_NULL = "refuses a null"
    REFUSES_DUPLICATE = "refuses a duplicate"
    REFUSES_ORPHAN = "refuses an orphan"
    REFUSES_VALUE = "refuses what a check forbids"
    REFUSES_OVERLAP = "refuses what an exclusion constraint forbids"
    TRIGGER_FIRES = "fires"
    IS_TOUCHED = "moves its time of change"
    HIDES_ROWS = "hides the rows of others"
    REFUSES_ROWS = "refuses rows for others"
    SHOWS_OWN = "shows one's own rows"
    IS_READ = "can be read"
    IS_REFRESHED = "can be refreshed"
    COMPILES = "has a body that resolves"
    RUNS = "runs"
    IS_USABLE = "can be used"
    IS_USED = "is used"
    IS_AHEAD = "is ahead of its column"
    ROWS_FIT = "has rows that fit"


class Probe(msgspec.Struct, frozen=True):
    """One thing that was tried on one object, and how it ended.

    `case` tells several of one aspect apart: the constraint, the tenant, the setting.  `sql` is what was sent.  `code`
    and `said` are the server's SQLSTATE and words, or ours on why there was nothing to try.
    """

    about: Ref
    aspect: Aspect
    outcome: Outcome
    case: str = ""
    sql: str = ""
    code: str = ""
    said: str = ""
    since: Since = Since.UNKNOWN

    @property
    def key(self) -> tuple[Ref, Aspect, str]:
        """What is the same in two verifications of the same thing."""
        return self.about, self.aspect, self.case


class Rows(msgspec.Struct, frozen=True):
    """The rows of a table here, and on the other side where that has rows of its own; None: not counted there."""

    table: Path
    rows: int
    desired: int | None = None
    same: bool | None = None
    """Whether an order-free checksum of both sides is equal; None where they were not compared."""


class Advice(msgspec.Struct, frozen=True):
    """What a check says of the target, from reading its state.

    `check` and `code` name the check.  `wanted`: the desired state has the same, so that it came with what was asked
    for; told only of what is new.
    """

    check: str
    code: str
    severity: Severity
    about: str
    message: str
    advice: str = ""
    since: Since = Since.UNKNOWN
    wanted: bool = False


class Jump(msgspec.Struct, frozen=True):
    """A sequence that the probes moved: what it gives next has a gap, nothing else."""

    sequence: Path
    before: int
    after: int


class Verification(msgspec.Struct, frozen=True):
    """Parity, data, behaviour and use, as found.

    `on` says where the probes were made, or `missed` why neither behaviour nor use could be examined.  `seconds` is how
    long all of it took.
    """

    changes: tuple[Change, ...] = ()
    parity: tuple[Parity, ...] = ()
    rows: tuple[Rows, ...] = ()
    probes: tuple[Probe, ...] = ()
    jumps: tuple[Jump, ...] = ()
    advice: tuple[Advice, ...] = ()
    findings: tuple[Finding, ...] = ()
    on: str = ""
    missed: str = ""
    seconds: float = 0.0

    def of(self, *aspects: Aspect) -> Iterator[Probe]:
        """The probes of some aspects."""
        return (probe for probe in self.probes if probe.aspect in aspects)

    @property
    def failed(self) -> tuple[Probe, ...]:
        """The probes that failed."""
        return tuple(probe for probe in self.probes if probe.outcome is Outcome.FAILED)

    def outcomes(self, outcome: Outcome) -> int:
        """How many probes ended so."""
        return sum(probe.outcome is outcome for probe in self.probes)

    def aged(self, since: Since) -> int:
        """How many faults are of that age."""
        return sum(probe.since is since for probe in self.failed)

    @property
    def errors(self) -> tuple[Advice, ...]:
        """What checks call an error, is new, and is not in the desired state."""
        return tuple(
            one
            for one in self.advice
            if one.severity is Severity.ERROR and one.since is Since.INTRODUCED and not one.wanted
        )

    @property
    def examined(self) -> int:
        """How many probes could be made: those that passed or failed."""
        return len(self.probes) - self.outcomes(Outcome.NOT_EXAMINABLE)

    @property
    def equal(self) -> tuple[int, int]:
        """How many facts are equal, of how many that were compared."""
        return sum(row.equal for row in self.parity), sum(row.all for row in self.parity)

    @property
    def good(self) -> bool:
        """Nothing differs, no fault is new, nor an error that checks find and nobody asked for; rows that were compared
        are the same, and probes could be made at all.  Faults of old do not count.
        """
        return (
            not self.changes
            and not self.missed
            and not self.errors
            and all(probe.since is Since.INHERITED for probe in self.failed)
            and all(one.same is not False for one in self.rows)
        )
