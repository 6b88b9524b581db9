"""One remark of a check, at its place in a file, with all that is known of it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from seachange.checks.check import Verdict
from seachange.finding import Severity
from seachange.sql.edit import Edit
from seachange.step import Lock


class Place(Struct, frozen=True):
    """A stretch of a file.  `start` and `end` are bytes of its text in UTF-8; lines and columns, which are characters,
    count from 1; `first` and `last` are characters of the file, from 0.

    `statement` is the first byte of the statement that it lies in, and `code` how that begins.
    """

    file: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    first: int
    last: int
    statement: int = -1
    code: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Touched(Struct, frozen=True):
    """A relation that a statement locks or works through.  `rows` and `bytes` are None where nobody told them."""

    relation: str
    lock: Lock = Lock.NONE
    work: str = ""
    rows: int | None = None
    bytes: int | None = None


class Effect(Struct, frozen=True):
    """What the statement does to what others use, and who waits for it.  `measured`: on a copy, not told by rules."""

    touched: tuple[Touched, ...] = ()
    waits: str = ""
    measured: bool = False

    @property
    def lock(self) -> Lock:
        """The strongest lock."""
        return max((one.lock for one in self.touched), default=Lock.NONE)


NONE = Effect()


class Flag(Struct, frozen=True, kw_only=True):
    """What one check says of one thing.

    `allowed` is the reason why it does not count, where somebody gave one, and `allowed_by` where; `undecided` tells
    why nobody knows whether it is so.
    """

    check: str
    code: str
    severity: Severity
    verdict: Verdict
    message: str
    about: str = ""
    advice: str = ""
    safe: str = ""
    place: Place | None = None
    effect: Effect = NONE
    edits: tuple[Edit, ...] = ()
    same_as: tuple[str, ...] = ()
    allowed: str = ""
    allowed_by: str = ""
    undecided: str = ""

    @property
    def counts(self) -> bool:
        """Whether it says that something is wrong, and nobody allowed it."""
        return self.verdict is Verdict.FLAGGED and not self.allowed_by

    def allowing(self, reason: str, by: str) -> Flag:
        """The same, allowed."""
        return replace(self, allowed=reason, allowed_by=by)
