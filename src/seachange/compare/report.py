"""The report on a comparison.  No kind of object is named here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.compare.change import verb
from seachange.compare.comparison import Comparison
from seachange.compare.parity import Parity
from seachange.compare.renames import Rename
from seachange.compare.tree import tree
from seachange.report import Figure, Report, Section, Table, Tree


class Side(Struct, frozen=True):
    """One of the two states: what it is called, and what it holds."""

    name: str
    catalog: Catalog


class Words(Struct, frozen=True):
    """How to speak of the two states and of what differs."""

    title: str
    current: str
    desired: str
    verbs: tuple[tuple[str, str], ...]
    equal: str
    differs: str


COMPARISON = Words(
    title="Comparison",
    current="current",
    desired="desired",
    verbs=(("create", "to create"), ("drop", "to drop"), ("alter", "to alter")),
    equal="The two states are equal",
    differs="The current state differs from the desired one",
)
DRIFT = Words(
    title="Drift",
    current="snapshot",
    desired="now",
    verbs=(("create", "appeared"), ("drop", "gone"), ("alter", "changed")),
    equal="Nothing has moved since the snapshot",
    differs="The database has moved since the snapshot",
)


def report(comparison: Comparison, current: Side, desired: Side, words: Words = COMPARISON) -> Report:
    """What differs, as a tree; what may have been renamed; and how much of each kind is equal."""
    return Report(
        title=words.title,
        verdict=_verdict(comparison, words),
        good=comparison.equal,
        about=((words.current, current.name), (words.desired, desired.name)),
        figures=tuple(_figures(comparison, words)),
        sections=tuple(_sections(comparison, current.catalog, desired.catalog, words)),
        findings=comparison.findings,
    )


def _verdict(comparison: Comparison, words: Words) -> str:
    equal, all_ = total(comparison.parity)
    if comparison.equal:
        return f"{words.equal}: all {all_:,} facts were compared, none differs."
    count = len(comparison.changes)
    return f"{words.differs} in {count:,} of {all_:,} facts; {share(equal, all_)} are equal."


def _figures(comparison: Comparison, words: Words) -> Iterator[Figure]:
    found = [verb(change) for change in comparison.changes]
    for name, label in words.verbs:
        yield Figure(label, f"{found.count(name):,}", verb=name)
    equal, all_ = total(comparison.parity)
    yield Figure("equal", share(equal, all_), note=f"{equal:,} of {all_:,} facts")


def _sections(comparison: Comparison, current: Catalog, desired: Catalog, words: Words) -> Iterator[Section]:
    if comparison.changes:
        yield Tree("What differs", tree(comparison.changes, current, desired))
    if comparison.renames:
        yield _renames(comparison.renames)
    if comparison.parity:
        yield parity_table(comparison.parity)


def _renames(renames: Iterable[Rename]) -> Table:
    return Table(
        "May have been renamed",
        ("kind", "from", "to", "evidence", "alike"),
        tuple(
            (one.old.kind, _name(one.old), _name(one.new), "; ".join(one.evidence), f"{one.likeness:.0%}")
            for one in renames
        ),
        numeric=1,
        note="Never assumed: each stays a drop and a creation until somebody says that it is a rename.",
    )


def _name(ref: Ref) -> str:
    return ".".join(ref.names) + (f"({', '.join(ref.args)})" if ref.args else "")


def parity_table(rows: tuple[Parity, ...]) -> Table:
    """How much of each kind is equal, and the sum of it."""
    return Table(
        "Parity by kind",
        ("kind", "equal", "of all", "%", "altered", "missing", "extra"),
        (*map(_row, rows), _sum(rows)),
        numeric=6,
        note="%: the share of equal ones in all that are in either state, rounded down: 100 means every one.",
    )


def _row(row: Parity) -> tuple[str, ...]:
    equal, others = (row.equal, row.all), (row.altered, row.missing, row.extra)
    return (row.kind, *map(_number, equal), f"{row.per_cent:.1f}", *map(_number, others))


def _number(number: int) -> str:
    return f"{number:,}"


def _sum(rows: tuple[Parity, ...]) -> tuple[str, ...]:
    fields = ("current", "desired", "equal", "altered", "missing", "extra")
    return _row(Parity("all", *(sum(getattr(row, field) for row in rows) for field in fields)))


def total(rows: Iterable[Parity]) -> tuple[int, int]:
    """How many are equal, of how many."""
    rows = tuple(rows)
    return sum(row.equal for row in rows), sum(row.all for row in rows)


def share(equal: int, all_: int) -> str:
    """Per cent, rounded down: all is said only of all."""
    return f"{equal * 1000 // all_ / 10 if all_ else 100.0:.1f} %"
