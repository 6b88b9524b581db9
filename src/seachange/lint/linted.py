"""What comes of linting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from seachange.checks.check import Verdict
from seachange.config import FailOn
from seachange.finding import Severity
from seachange.lint.flag import Flag
from seachange.sql.migration import Unread as Unseen

ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


class Unread(Struct, frozen=True):
    """A file that cannot be read, and why."""

    file: str
    message: str
    advice: str = ""


class Looked(Struct, frozen=True):
    """A file that was looked at: its text in UTF-8, and how many statements of it are run."""

    name: str
    raw: bytes
    statements: int


class Linted(Struct, frozen=True, kw_only=True):
    """All that the checks say of scripts, or of a state.

    `flags` stand statement by statement, the worst first.  `unseen` is what files do and do not say.  `against` names
    the source that they were held against, if there was one; `version` is the server's number that was taken.
    """

    files: tuple[Looked, ...] = ()
    flags: tuple[Flag, ...] = ()
    unread: tuple[Unread, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    against: str = ""
    version: int = 0

    def joined(self, other: Linted) -> Linted:
        """With what was found in other files."""
        flags, files, unread = self.flags + other.flags, self.files + other.files, self.unread + other.unread
        return replace(self, flags=flags, files=files, unread=unread, unseen=self.unseen + other.unseen)

    @property
    def counting(self) -> tuple[Flag, ...]:
        """What is wrong and not allowed."""
        return tuple(flag for flag in self.flags if flag.counts)

    @property
    def allowed(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.flags if flag.allowed_by and flag.verdict is Verdict.FLAGGED)

    @property
    def undecided(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.flags if flag.verdict is Verdict.UNKNOWN and not flag.allowed_by)

    @property
    def tally(self) -> Mapping[Severity, int]:
        """How many count, by how much they matter."""
        found = Counter(flag.severity for flag in self.counting)
        return {severity: found[severity] for severity in ORDER}

    def fails(self, on: FailOn) -> bool:
        """Whether something counts that is as bad as `on` or worse."""
        if on is FailOn.NEVER:
            return False
        worst = ORDER.index(Severity(on.value))
        return any(ORDER.index(flag.severity) <= worst for flag in self.counting)
