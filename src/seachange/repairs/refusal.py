"""What PostgreSQL said against a statement of a script, or against something that the script made."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from seachange.catalog.ref import Ref

SKIPPED = frozenset({"42P07", "42701", "42710", "42P06", "42723"})
"""What IF NOT EXISTS passes over with a notice: the object that is there may be another than the one that was meant."""


class Sort(Enum):
    """How it was said."""

    ERROR = "error"
    SKIPPED = "skipped"
    """The statement passed, and did nothing: something of that name was there."""
    PROBE = "probe"
    """The statement passed; what it made does not work when it is used."""


class Refusal(Struct, frozen=True):
    """An error or a notice.  `at` is the byte of the statement's text where the server saw it.

    `names` are those that the server told apart: schema, table, column, type, constraint.  `about` is the object that a
    probe used.
    """

    code: str
    said: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    at: int | None = None
    schema: str = ""
    table: str = ""
    column: str = ""
    type: str = ""
    constraint: str = ""
    sort: Sort = Sort.ERROR
    about: Ref | None = None

    @property
    def quoted(self) -> tuple[str, ...]:
        """The names in the message, which the server puts in double quotes, in their order."""
        return tuple(self.said.split('"')[1::2])
