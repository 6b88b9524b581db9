"""Figures with their limits, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """What was measured, as a multiple of `unit`.  Without a limit it is told for information."""

    name: str
    measured: float
    unit: str
    limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "met" if self.measured <= self.limit else "missed"


class Point(msgspec.Struct, frozen=True):
    """One point of the curve: the best whole process that read so many facts."""

    size: str
    facts: int
    seconds: float


class Results(msgspec.Struct, frozen=True):
    """All of one run.  `missing` tells by name what could not be measured, and why; `seconds` is small print."""

    server: str
    figures: tuple[Figure, ...]
    curve: tuple[Point, ...]
    planning: tuple[Point, ...]
    missing: dict[str, str]
    seconds: dict[str, float]


def markdown(results: Results) -> str:
    """The results as a page: ratios, which hold on any machine; seconds, which do not, only at its end."""
    parts = (
        "# How fast it is",
        f"Measured by `make bench` on PostgreSQL {results.server}: whole processes, the best of several rounds in "
        "which all take turns, ratios within one run.",
        _table(("figure", "target", "measured", "of", ""), map(_row, results.figures)),
        "## Reading time over facts",
        "Time per fact is relative to the first point; a process has a start, which few facts cannot share.",
        _table(("schemas x tables x columns", "facts", "time", "time per fact"), _points(results.curve)),
        "## Planning time over facts",
        "From nothing, after reading.",
        _table(("schemas x tables x columns", "facts", "time", "time per fact"), _points(results.planning)),
        *_not_measured(results.missing),
        "## Small print",
        "Seconds on the machine of this run, which others used as well: "
        + "; ".join(f"{name} {seconds:.2f}" for name, seconds in results.seconds.items())
        + ".",
    )
    return "\n\n".join(parts) + "\n"


def _row(figure: Figure) -> Sequence[str]:
    target = f"≤ {figure.limit:.3g}" if figure.limit is not None else "none"
    return figure.name, target, f"{figure.measured:.3g}", figure.unit, figure.verdict


def _points(curve: Sequence[Point]) -> Iterable[Sequence[str]]:
    first = curve[0]
    for point in curve:
        times = point.seconds / first.seconds
        yield point.size, f"{point.facts:,}", f"{times:.1f}", f"{times * first.facts / point.facts:.2f}"


def _not_measured(missing: dict[str, str]) -> Iterable[str]:
    if missing:
        yield "## Not measured"
        yield "\n".join(f"- **{name}**: {reason}" for name, reason in missing.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["--"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
