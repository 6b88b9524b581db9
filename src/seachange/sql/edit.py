"""Changes to a text that leave all else as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Edit(Struct, frozen=True, order=True):
    """The bytes from `start` to `end` of a file are replaced with `text`; none are, where both are the same.

    `why` is the reason, as a comment beside it has it.
    """

    start: int
    end: int
    text: str
    why: str = ""


class Overlapping(ValueError):
    """Two edits want the same bytes."""


def edited(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """`raw` with all edits made.  Edits at the same place come in the order of the arguments.  Raises Overlapping."""
    parts: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < done:
            raise Overlapping(f"two changes of the bytes from {edit.start} to {edit.end}")
        parts += [raw[done : edit.start], edit.text.encode()]
        done = edit.end
    return b"".join([*parts, raw[done:]])
