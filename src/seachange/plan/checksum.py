"""The first line of a generated file: it tells whether anybody changed what is below."""

from __future__ import annotations

import hashlib

MARK = "-- Made by seachange; write your own steps into a file of their own, *.mine.sql.  Checksum: "


def sealed(text: str) -> str:
    """`text` with its checksum above it."""
    return f"{MARK}{_checksum(text)}\n{text}"


def is_sealed(text: str) -> bool:
    """Whether it is as seachange wrote it.  Other ends of lines make no difference."""
    first, _, rest = text.partition("\n")
    return first.rstrip("\r") == f"{MARK}{_checksum(rest)}"


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.replace("\r\n", "\n").encode(), digest_size=16).hexdigest()
