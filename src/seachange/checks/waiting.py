"""Who waits while a statement runs, and for how long: in words, and never more exactly than is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.checks.effects import Effects
from seachange.checks.world import spelled
from seachange.rules.rule import Size
from seachange.step import Held, Lock

PACE = 100_000_000
"""Bytes per second at which a large table is read from disk: the least that cloud providers promise of their usual
volumes (gp3 of AWS: 125 MiB per second, of which others have a part).
"""
FASTEST = 1_000_000_000
"""Bytes per second at which one process goes through rows that are in memory, at best."""
WRITTEN = 3
"""A table that is written anew is read, written and logged, and its indexes are sorted: some three times the work."""
INSTANT = 1.0
"""Seconds below which nobody notices."""


class Waiting(Struct, frozen=True):
    """What becomes of others who use a relation.  `seconds` are the least and the most that it may take; none where it
    takes an instant, or nobody knows how large it is.
    """

    relation: Path
    lock: Lock
    who: str
    works: bool = False
    seconds: tuple[float, float] | None = None

    @property
    def words(self) -> str:
        """One sentence."""
        if not self.works:
            return f"{self.who}: for an instant, once the lock is granted."
        if self.seconds is None:
            return f"{self.who}: for as long as the work on the rows takes."
        return f"{self.who}: for {estimated(self.seconds)}."


def waiting(effects: Effects, sizes: Mapping[Path, Size]) -> Iterator[Waiting]:
    """Those who wait for a statement, the worst first."""
    slowest = _seconds(effects, sizes)
    for held in sorted(effects.locks, key=lambda each: (-each.lock, each.relation)):
        who = _who(held)
        if who:
            yield Waiting(held.relation, held.lock, who, bool(effects.works), slowest)


def _who(held: Held) -> str:
    name = spelled(held.relation)
    if held.lock == Lock.ACCESS_EXCLUSIVE:
        return f"readers and writers of {name} wait"
    if held.lock >= Lock.SHARE:
        return f"writers of {name} wait, readers go on"
    if held.lock == Lock.SHARE_UPDATE_EXCLUSIVE:
        return f"readers and writers of {name} go on, VACUUM and other changes of it wait"
    return ""


def _seconds(effects: Effects, sizes: Mapping[Path, Size]) -> tuple[float, float] | None:
    """All tables that it works on, one after the other; None where the size of one is not known."""
    if not effects.works or not effects.works <= sizes.keys():
        return None
    weighed = sum(sizes[table].bytes * _weight(table, effects) for table in effects.works)
    return weighed / FASTEST, weighed / PACE


def _weight(table: Path, effects: Effects) -> int:
    return WRITTEN if table in effects.rewrites or table in effects.builds else 1


def estimated(seconds: tuple[float, float]) -> str:
    """A span of time in round numbers, with what it is reckoned by."""
    least, most = seconds
    if most < INSTANT:
        return "less than a second"
    return (
        f"about {_rounded(least)} to {_rounded(most)}, at {FASTEST // 1_000_000} to {PACE // 1_000_000} MB per second"
    )


def _rounded(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = round(seconds / length)
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{_one_digit(seconds)} s"


def _one_digit(seconds: float) -> str:
    """No more digits than are known."""
    return f"{seconds:.0f}" if seconds >= 1 else f"{max(seconds, 0.1):.1f}"
