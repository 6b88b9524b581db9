"""What a run led to: parity, rows and sizes, before and after."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts import Path
from seachange.compare.change import Change, verb
from seachange.compare.parity import Parity
from seachange.compare.report import share
from seachange.migrate.story import Story
from seachange.plan.words import place, size
from seachange.planner import Size
from seachange.rehearse.rehearsal import Survival
from seachange.report import Bar, Bars, Table

DIFFERS = {"create": "missing", "drop": "extra", "alter": "altered"}


def parity(before: Iterable[Parity], after: Iterable[Parity] | None) -> Bars:
    """The share of each kind that is as desired; `after` is empty where nobody has looked."""
    here, there = ({row.kind: row for row in rows or ()} for rows in (before, after))
    return Bars(
        "Parity before and after",
        ("kind", "before", "after"),
        tuple(_kind(kind, here.get(kind), there.get(kind)) for kind in sorted(here | there)),
        most=100.0,
        note="The share that is equal, of all that are in either state, rounded down: 100 means every one.  What the "
        "desired state does not speak of is not compared.",
    )


def _kind(kind: str, before: Parity | None, after: Parity | None) -> Bar:
    there = "not compared" if before and before.desired else "none"
    told = (_share(before) if before else "none", _share(after) if after else there)
    return Bar(kind, before.per_cent if before else None, after.per_cent if after else None, told)


def _share(row: Parity) -> str:
    return f"{share(row.equal, row.all)} ({row.equal:,} of {row.all:,})"


def sizes(story: Story) -> Bars:
    """How large each table was and is, the largest first."""
    moved = {one.table: one.name for one in story.survivals}
    before, after = {moved.get(table, table): held for table, held in story.sizes_before.items()}, story.sizes_after
    tables = sorted({*before, *after}, key=lambda table: (-_largest(before.get(table), after.get(table)), table))
    missing = "none" if after else "not measured"
    return Bars(
        "Sizes of tables",
        ("table", "before", "after"),
        tuple(_size(table, before.get(table), after.get(table), missing) for table in tables),
        note="With indexes and TOAST; rows as the server estimates them.  A table that was renamed has its new name.",
    )


def _largest(*sides: Size | None) -> int:
    return max(side.bytes for side in sides if side)


def _size(table: Path, before: Size | None, after: Size | None, missing: str) -> Bar:
    told = (_much(before) if before else "none", _much(after) if after else missing)
    return Bar(place(table), before.bytes if before else None, after.bytes if after else None, told)


def _much(held: Size) -> str:
    return f"{size(held.bytes)}, {max(held.rows, 0):,} rows"


def differing(changes: Iterable[Change]) -> Table:
    """What is not as desired in the end, a row each."""
    rows = tuple((DIFFERS[verb(change)], change.ref.kind, place(change.ref.names)) for change in changes)
    return Table("What still differs", ("", "kind", "object"), rows)


def survival(survivals: Iterable[Survival]) -> Table:
    """The rows of tables that stay: those first that are not what they were."""
    ordered = sorted(survivals, key=lambda one: (one.survived, one.table))
    return Table(
        "Rows that had to stay",
        ("table", "what became of them", "before", "after"),
        tuple((_name(one), _became(one), f"{one.before:,}", f"{one.after:,}") for one in ordered),
        numeric=2,
        note="Rows are the same where a sum of hashes over all their kept columns is.",
    )


def _name(one: Survival) -> str:
    return place(one.table) if one.table == one.name else f"{place(one.table)}, now {place(one.name)}"


def _became(one: Survival) -> str:
    told = "the same" if one.survived else "not the same"
    return f"{told}; changed by the plan: {', '.join(one.changed)}" if one.changed else told
