"""Names that nothing has, neither before nor after: for what is made only for a while."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.rules.rule import Context

TYPES = ("enum", "composite type", "domain", "range", "base type")
NAMED_AS_RELATIONS = (
    *TYPES,
    "table", "view", "materialized view", "foreign table", "sequence", "index",
)  # fmt: skip
"""Kinds that share their names: every table has a row type of its name, and every composite type is a relation."""
KEPT = 50
"""Bytes of a name that are left when something is added to it."""


def free_name(names: Path, ending: str, around: Context, kinds: Iterable[str] = NAMED_AS_RELATIONS) -> Path:
    """The name with `ending`, and a number if somebody has that already."""
    *whole, last = names
    for number in range(1, 1000):
        free = (*whole, f"{_kept(last)}_{ending}{number if number > 1 else ''}")
        if not any(Ref(kind, free) in catalog for kind in kinds for catalog in (around.current, around.desired)):
            return free
    raise LookupError(f"no free name for {'.'.join(names)}")


def _kept(name: str) -> str:
    """Names that differ only at their ends still differ when they are cut."""
    said = name.encode()
    return name if len(said) <= KEPT else f"{said[: KEPT - 9].decode(errors='ignore')}_{crc32(said):08x}"
