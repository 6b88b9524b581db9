"""What can be done about a refusal: questions with their answers, the least change first."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """What becomes of a statement, or of a part of it."""

    CHANGED = "changed"
    """It says the same in other words, or as much of it as this database allows."""
    MERGED = "merged"
    """What was there gets what it lacked."""
    REMOVED = "removed"
    STAND_IN = "stand-in"
    """Something was made that plays the part of what is missing."""
    MOVED = "moved"
    """It is run later, behind what it needs."""


class Repair(Struct, frozen=True, kw_only=True):
    """One answer to a question: what is done to the statement that was refused.

    `name` is the word by which people choose it.  `does` is a sentence that says what is done, and stands beside the
    edit; `follows` one that says what is no longer guaranteed, or has to be done by somebody; empty: nothing.
    `text` is the statement afterwards: None as it was, "" where it is left out.  `before` and `after` are statements
    that are added on either side of it.  `behind` is the number of the statement that it is moved behind.
    """

    name: str
    does: str
    follows: str = ""
    outcome: Outcome = Outcome.CHANGED
    text: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    behind: int | None = None


class Question(Struct, frozen=True):
    """What has to be decided, with the answers that there are; the first is taken where nobody decides.

    `key` is the same wherever the same is asked, so that one answer serves all: “missing-table organization”.
    `open` says that people should be asked: the first answer gives something up, or another may be meant.
    """

    key: str
    asks: str
    repairs: tuple[Repair, ...]
    open: bool = False
