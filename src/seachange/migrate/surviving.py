"""Whether the rows of a database outlive a run while others write: counted and hashed before and after."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from seachange.catalog.facts import Path
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.planner import Size, goal
from seachange.postgres.counters import Counter, counters
from seachange.postgres.ledger import Taken
from seachange.rehearse.kept import Kept, kept
from seachange.rehearse.passing import Counted, baseline, survivals
from seachange.rehearse.rehearsal import Survival
from seachange.rehearse.touched import touched

DELAY = 12.0
"""Seconds after which a server has told what its sessions have written, even those that do nothing any more."""
LOOK = 0.5


class Stood(msgspec.Struct, frozen=True):
    """A table before the first step: what must stay of it, its rows, and the server's counter."""

    kept: Kept
    counted: Counted
    counter: Counter


class Before(msgspec.Struct, frozen=True):
    """What there was before the first step: the tables that the plan has to do with, and how large each table was."""

    tables: tuple[Stood, ...] = ()
    sizes: tuple[tuple[Path, Size], ...] = ()
    unread: tuple[Path, ...] = ()


def before(session: Any, folder: Folder, sizes: Mapping[Path, Size]) -> Before:
    """Count and hash the rows of the tables that the plan has to do with and that stay.

    The counters come first: what is written while rows are counted is then known as written meanwhile.
    """
    meant = touched((folder.plan,), folder.current)
    stays = [
        one
        for one in kept(folder.current, goal(folder.current, folder.desired), folder.plan)
        if meant is None or one.before in meant
    ]
    writes = counters(session)
    read = [one for one in stays if one.before in writes and writes[one.before].readable]
    counted = baseline(session, read)
    return Before(
        tables=tuple(Stood(one, counted[one.before], writes[one.before]) for one in read),
        sizes=tuple(sizes.items()),
        unread=tuple(one.before for one in stays if one not in read),
    )


def survived(
    session: Any, was: Before, plan: Plan, steps: Iterable[Taken]
) -> tuple[tuple[Survival, ...], tuple[Finding, ...]]:
    """What became of the rows, and what cannot be told of tables that others wrote to meanwhile.

    Rows that are fewer than before although nobody deleted any count as lost, whoever wrote.
    """
    found = tuple(
        survivals(session, [one.kept for one in was.tables], {one.kept.before: one.counted for one in was.tables})
    )
    stood = {one.kept.before: one for one in was.tables}
    ours = _ours(plan, steps)
    odd = [one for one in found if not one.survived]
    written = _written(session, [stood[one.table] for one in odd], ours)
    disturbed = {one.table for one in odd if written.get(one.table) and _is_explained(one, stood[one.table], session)}
    told = (*(_meanwhile(one) for one in found if one.table in disturbed), *map(_unread, was.unread))
    return tuple(one for one in found if one.table not in disturbed), told


def _written(session: Any, tables: Iterable[Stood], ours: Mapping[Path, int]) -> Mapping[Path, int]:
    """How many writes of others there were into each; it is waited for what the server has not told yet."""
    tables, until = list(tables), time.monotonic() + DELAY
    while True:
        now = {counter.table: counter for counter in counters(session).values()}
        found = {
            one.kept.before: _writes(one.counter, now.get(one.counter.table), ours.get(one.kept.after, 0))
            for one in tables
        }
        if all(found.values()) or time.monotonic() > until:
            return found
        time.sleep(LOOK)


def _writes(was: Counter, now: Counter | None, ours: int) -> int:
    if now is None:
        return 0
    updated = max(0, now.updated - was.updated - ours)
    return (now.inserted - was.inserted) + (now.deleted - was.deleted) + updated


def _is_explained(one: Survival, stood: Stood, session: Any) -> bool:
    """Whether rows that are missing can be those that somebody has deleted."""
    now = {counter.table: counter for counter in counters(session).values()}.get(stood.counter.table)
    return now is not None and one.after >= one.before - (now.deleted - stood.counter.deleted)


def _ours(plan: Plan, steps: Iterable[Taken]) -> Mapping[Path, int]:
    """How many rows the backfills of the plan have changed in each table."""
    fills = {number: step.fill.table for number, step in enumerate(plan.steps, 1) if step.fill}
    found: Tally[Path] = Tally()
    for taken in steps:
        if taken.number in fills:
            found[fills[taken.number]] += taken.rows or 0
    return found


def _meanwhile(one: Survival) -> Finding:
    table = ".".join(one.name)
    return Finding(
        check="written-meanwhile",
        severity=Severity.NOTE,
        about=f"table {table}",
        message=f"Others wrote to {table} meanwhile, so that its rows were counted and not compared: "
        f"{one.before:,} before, {one.after:,} after.",
    )


def _unread(table: Path) -> Finding:
    name = ".".join(table)
    return Finding(
        check="rows-not-counted",
        severity=Severity.WARNING,
        about=f"table {name}",
        message=f"The rows of {name} were neither counted nor compared: the role may not read all of them.",
        advice="Let the role read the table, past its policies.",
    )
