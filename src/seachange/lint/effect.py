"""What a statement does to what others use, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.effects import Effects
from seachange.checks.world import spelled
from seachange.lint.flag import NONE, Effect, Touched
from seachange.step import Lock

if TYPE_CHECKING:
    from seachange.rules.rule import Size  # late: all rules would be loaded

_STOPS = (
    (Lock.ACCESS_EXCLUSIVE, "Nobody reads or writes meanwhile."),
    (Lock.SHARE, "Others read meanwhile, and nobody writes."),
    (Lock.SHARE_UPDATE_EXCLUSIVE, "Others read and write meanwhile; VACUUM and other changes wait."),
)


def effect(around: Around) -> Effect:
    """What a statement does."""
    found = around.effects
    if not (found.locks or found.works):
        return NONE
    paths = [*dict.fromkeys((*(held.relation for held in found.locks), *sorted(found.works)))]
    touched = tuple(_touched(path, found, around.sizes) for path in paths)
    return Effect(touched, _waits(found), measured=around.measured is not None)


def _touched(path: Path, found: Effects, sizes: Mapping[Path, Size]) -> Touched:
    lock = max((held.lock for held in found.locks if held.relation == path), default=Lock.NONE)
    size = sizes.get(path)
    rows, bytes_ = (size.rows, size.bytes) if size else (None, None)
    return Touched(spelled(path), lock, _work(path, found), rows, bytes_)


def _work(path: Path, found: Effects) -> str:
    for work, paths in (
        ("written anew", found.rewrites),
        ("read whole to build an index", found.builds),
        ("read whole", found.scans),
    ):
        if path in paths:
            return work
    return ""


def _waits(found: Effects) -> str:
    told = next((words for lock, words in _STOPS if found.lock >= lock), "")
    return f"{told} It waits for all older transactions.".strip() if found.waits else told
