"""What the ledger keeps, row by row.  Times are the server's; see ledger.sql for what each column means."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from seachange.plan import Plan
from seachange.step import Step


class Kind(StrEnum):
    """What a run does."""

    APPLY = "apply"
    UNDO = "undo"


class State(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    """It is at work, or it was killed."""
    STOPPED = "stopped"
    """Somebody or a limit stopped it between two steps."""
    FAILED = "failed"
    """The server refused a step."""
    DONE = "done"


class Begun(StrEnum):
    """How far a step has come."""

    SENT = "sent"
    """On its way, outside of a transaction: only a look at the database tells whether it is done."""
    DONE = "done"
    SKIPPED = "skipped"
    """There was nothing to do."""
    FAILED = "failed"


class Run(msgspec.Struct, frozen=True):
    """One application of a plan.  Times are the server's; see ledger.sql for what each field means."""

    run: int
    kind: Kind
    state: State
    plan: str
    before: str
    desired: str
    after: str | None
    undoes: int | None
    steps: int
    began: datetime
    ended: datetime | None
    role: str
    system_user_name: str
    host: str
    address: str | None
    seachange: str
    backup: str
    message: str


class Taken(msgspec.Struct, frozen=True):
    """A step that was begun, as the ledger has it."""

    number: int
    stage: str
    subject: str
    sql: str
    state: Begun
    attempts: int
    began: datetime
    seconds: float
    waited: float
    rows: int | None
    message: str


class Went(msgspec.Struct, frozen=True):
    """What is to be kept of a step: how it went."""

    number: int
    step: Step
    state: Begun
    began: datetime
    attempts: int = 1
    seconds: float = 0.0
    waited: float = 0.0
    rows: int | None = None
    message: str = ""


class Why(StrEnum):
    """What a run waits for."""

    LOCK = "lock"
    DEADLOCK = "deadlock"
    GUARD = "guard"
    LAG = "lag"
    WINDOW = "window"
    SNAPSHOT = "snapshot"


class Blocker(msgspec.Struct, frozen=True):
    """Somebody in the way.  `seconds` is the age of its transaction; a prepared transaction has no `pid`."""

    pid: int | None
    role: str
    application: str
    state: str
    seconds: float
    query: str


class Wait(msgspec.Struct, frozen=True):
    """One time that a run had to wait."""

    step: int
    why: Why
    began: datetime
    seconds: float
    blockers: tuple[Blocker, ...] = ()


class Checkpoint(msgspec.Struct, frozen=True):
    """How far a backfill has come: the key of the last row that was looked at, as texts, and rows changed so far.

    Of a table without a key, the block that comes next.
    """

    reached: tuple[str, ...]
    rows: int


class Document(msgspec.Struct, frozen=True):
    """The plan and the way back, as `runs.folder` has them."""

    plan: Plan
    undo: Plan
    about: tuple[tuple[str, str], ...] = ()
    seconds: tuple[float, ...] = ()
