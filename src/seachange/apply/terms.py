"""On which terms a plan is applied, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from pathlib import Path

import msgspec

from seachange.catalog.scope import Scope
from seachange.plan import Plan
from seachange.postgres.ledger import Blocker, Wait, Why
from seachange.step import Stage, Step


class Keep(StrEnum):
    """What a backup holds."""

    SCHEMA = "schema"
    ALL = "all"
    NONE = "none"


class Backup(msgspec.Struct, frozen=True):
    """Which backup is taken before the first step.

    `to` is the folder or file that pg_dump writes; None: a folder of its own beside where we are.  `snapshot` is the
    name of one that the provider took: then none is written.  `jobs` is how many tables are dumped at once.
    """

    keep: Keep = Keep.SCHEMA
    to: Path | None = None
    snapshot: str = ""
    jobs: int = 2


class Window(msgspec.Struct, frozen=True):
    """Hours in which steps are sent, by the clock of this machine; `end` before `begin` goes over midnight."""

    begin: time
    end: time


class Terms(msgspec.Struct, frozen=True):
    """What a run must mind.

    `agreed` are the risks that somebody said yes to, by the words of `consent`.  `patience` is how many seconds a step
    is tried until it gets its locks.  `hold` is how long, in seconds, writers may wait behind us at most: the longest
    lock_timeout.  `max_lag` is how many bytes the slowest standby may be behind.  `share` is the part of the time that
    a backfill works; it sleeps for the rest.  `stage`: only that one, again.  `scope`: the part of the target that the
    plan is about.
    """

    agreed: frozenset[str] = frozenset()
    backup: Backup = Backup()
    patience: float = 600.0
    hold: float = 2.0
    max_lag: int | None = None
    window: Window | None = None
    share: float = 0.95
    stage: Stage | None = None
    scope: Scope = Scope()


class Listener:
    """Hears how a run goes; this one does not care.  `progresses` and `waits` may come from another thread."""

    def says(self, now: str) -> None:
        """What is being done before and after the steps: reading, backing up, comparing."""

    def begins(self, plan: Plan, first: int) -> None:
        """The steps begin, at number `first`."""

    def sends(self, number: int, step: Step, attempt: int) -> None:
        """A step is sent; `attempt` counts from 1."""

    def sent(self, number: int, step: Step, seconds: float) -> None:
        """It has passed.  What it did counts when its transaction does."""

    def passes(self, number: int, step: Step) -> None:
        """It had nothing to do, or was done before."""

    def progresses(self, number: int, phase: str, done: int, of: int) -> None:
        """How far the statement of a step is, in whatever the server or a backfill counts; `of` may be 0: not known."""

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        """A step has to wait."""

    def waited(self, wait: Wait) -> None:
        """It has waited."""


SILENT = Listener()
