"""What a check is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from google.protobuf.message import Message
from msgspec import Struct

from seachange.finding import Severity
from seachange.sql.edit import Edit
from seachange.sql.migration import Written

if TYPE_CHECKING:
    from seachange.checks.around import Around, State


UNPARSED = ""
"""The kind of what the grammar does not know, among the `kinds` of a check."""


class Verdict(StrEnum):
    """What a check thinks of a statement or a state."""

    FLAGGED = "flagged"
    FINE = "fine"
    UNKNOWN = "unknown"
    """What it depends on was not there to be seen: no catalog was given, or no database to ask."""


class Needs(StrEnum):
    """What a check has to see."""

    STATEMENT = "statement"
    CATALOG = "catalog"
    DATA = "data"
    SIZES = "sizes"
    ACTIVITY = "activity"


class Question(Struct, frozen=True):
    """A query that only a live database answers.

    Each row of its answer is one thing that is wrong: what it is about, and what is to be said of it.  No row: fine.
    """

    sql: str


class Remark(Struct, frozen=True, kw_only=True):
    """What a check says of one thing.

    `about` names the object, `at` is the node or the byte of the statement's text where it stands.  `safe` is SQL to
    use instead, ready to paste; `edits` are what a machine may do by itself, in bytes of the file.  `asks`: whether it
    is so, only data or a running server tells; until it is asked, the verdict is UNKNOWN.  `same_as` are the rules of
    other tools that say this of it, where they are not all that the check names.
    """

    message: str
    about: str = ""
    at: Message | int | None = None
    advice: str = ""
    safe: str = ""
    edits: tuple[Edit, ...] = ()
    verdict: Verdict = Verdict.FLAGGED
    severity: Severity | None = None
    asks: Question | None = None
    same_as: tuple[str, ...] = ()


Remarks = Iterator[Remark]


class Check(Struct, frozen=True, kw_only=True):
    """One thing that may be wrong with a statement of a migration, or with a state.

    `name` is what people call it in suppressions, `code` its short form.  `summary` completes “This check is about …”.
    `statement` looks at statements that are of one of the `kinds` (all statements, where it is empty): the name of a
    node, of a command of ALTER TABLE, or of a type of constraints, see `seachange.checks.aspects`.  `state` looks at a
    whole catalog.  A check with neither looks at what was said of others, in `seachange.lint`.
    `optional`: only told where a project asks for it.  `same_as` are the rules of
    other tools that mean the same, as “squawk ban-drop-table”.  `queueing`: it speaks of a lock that is held for an
    instant, and of those who wait in line behind it; not of work that is done under the lock.
    """

    name: str
    code: str
    severity: Severity
    needs: frozenset[Needs]
    summary: str
    kinds: tuple[str, ...] = ()
    statement: Callable[[Written, Around], Remarks] | None = None
    state: Callable[[State], Remarks] | None = None
    optional: bool = False
    queueing: bool = False
    same_as: tuple[str, ...] = ()
