"""A step in words: why it is done, whom it makes wait, what it puts at risk, and how much there is of that."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.plan.plan import Plan, Volume
from seachange.report.lines import clean
from seachange.step import CONSENT, Step, Way

UNITS = ("bytes", "kB", "MB", "GB", "TB")


def notes(plan: Plan, step: Step) -> Iterator[str]:
    """One line each, safe in a comment."""
    if step.why:
        yield clean(step.why)
    if step.way is not Way.GROUPED:
        yield f"Runs {step.way.value}."
    for held in sorted(step.locks, key=lambda held: (-held.lock, held.relation)):
        yield f"Locks {place(held.relation)} ({held.lock.words}){_much(plan, held.relation)}."
    for verb, touched in (("Writes anew", step.rewrites), ("Reads whole", step.scans)):
        if touched:
            yield f"{verb}: {', '.join(place(path) + _much(plan, path) for path in sorted(touched))}."
    if step.risks:
        yield f"Risks: {', '.join(sorted(step.risks))}{' - needs consent' if step.risks & CONSENT else ''}."


def place(path: Path) -> str:
    """A name for people."""
    return clean(".".join(path))


def amount(volume: Volume | None) -> str:
    """How much there is, or nothing where nobody knows."""
    return f"{_rows(volume.rows)} rows, {size(volume.bytes)}" if volume else ""


def size(count: int) -> str:
    """Bytes for people: 3.2 GB."""
    value, power = float(count), 0
    while value >= 999.95 and power < len(UNITS) - 1:
        value, power = value / 1024, power + 1
    return f"{value:.0f} {UNITS[power]}" if not power or value >= 99.95 else f"{value:.1f} {UNITS[power]}"


def _rows(count: int) -> str:
    return f"{count / 1_000_000:.1f} M" if count >= 1_000_000 else f"{count:,}"


def _much(plan: Plan, path: Path) -> str:
    told = amount(plan.sizes.get(path))
    return f": {told}" if told else ""
