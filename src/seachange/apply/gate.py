"""Whether a plan may be carried out on the state that its target is in."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from seachange.apply.reach import Reach
from seachange.apply.runs import is_undone, unfinished
from seachange.catalog.catalog import Catalog
from seachange.compare import changes
from seachange.compare.change import Alter, Change, Create
from seachange.errors import Drifted, NotUnderstood
from seachange.plan.folder import Folder
from seachange.planner import remaining
from seachange.planner.left_alone import left_alone, without
from seachange.postgres.ledger import Kind, Ledger, Run, State, identity
from seachange.report.lines import clean

SHOWN = 20
ANEW = "Make the plan anew from the state that the target is in; `seachange compare` shows all that differs."


class Wanted(msgspec.Struct, frozen=True):
    """What is to be done: a plan, or the way back of the run `undoes`; `again`: a stage once more."""

    folder: Folder
    kind: Kind = Kind.APPLY
    undoes: int | None = None
    again: bool = False


class Entry(msgspec.Struct, frozen=True):
    """How it may begin: with a new run or with one that did not end, or there is nothing to do.

    `before` is the state that the run began from, `found` the one that the target is in.
    """

    found: Catalog
    before: Catalog
    run: Run | None = None
    nothing: bool = False


def enter(wanted: Wanted, found: Catalog, ledger: Ledger | None) -> Entry:
    """How `wanted` may begin.

    Raises Drifted, which names what moved, where the target is neither in the state that the plan was made for nor
    within one of its runs; also where a run of another plan has not ended.
    """
    runs = ledger.runs() if ledger else ()
    same = identity(wanted.folder.plan)
    if ledger and (begun := unfinished(runs, ledger)):
        if begun.plan == same:
            return _going_on(wanted.folder, found, begun, ledger)
        if not (wanted.kind is Kind.UNDO and wanted.undoes in (begun.run, begun.undoes)):
            raise _refusal(begun, wanted.folder, ledger)
    ended = _ended(runs, same)
    if ledger and ended and wanted.again:
        return _going_on(wanted.folder, found, ended, ledger)
    moved = _moved(wanted.folder.current, found)
    if moved or ended:
        arrived = not remaining(found, wanted.folder.current, wanted.folder.desired)
        if arrived:
            return Entry(found, found, nothing=True)
        if moved:
            raise _drifted("the target is not in the state that the plan was made for", moved)
    return Entry(found, found, nothing=not wanted.folder.plan.groups)


def _ended(runs: Iterable[Run], same: str) -> Run | None:
    """The run that the plan was carried out in, if it was not taken back."""
    runs = tuple(runs)
    ended = (run for run in runs if run.plan == same and run.state is State.DONE)
    return next((run for run in ended if not is_undone(run, runs)), None)


def _going_on(folder: Folder, found: Catalog, run: Run, ledger: Ledger) -> Entry:
    before = ledger.catalog(run.before)
    moved = _moved(before, found)
    if moved:
        reach = Reach(folder.plan, before, folder.desired)
        if strange := tuple(change for change in moved if not reach.covers(change)):
            raise _drifted(f"since run {run.run} began, what its plan has nothing to do with has moved", strange)
    return Entry(found, before, run)


def _moved(then: Catalog, now: Catalog) -> tuple[Change, ...]:
    """What happened between two states; partitions that come at run time are nobody's concern."""
    if now.fingerprint == then.fingerprint:
        return ()
    kept = {change.ref for change in without(changes(now, then), left_alone(now, then), now)}
    return tuple(change for change in changes(then, now) if change.ref in kept)


def _refusal(run: Run, folder: Folder, ledger: Ledger) -> Drifted | NotUnderstood:
    if identity(ledger.folder(run.run).plan) == identity(folder.plan):
        return NotUnderstood(
            f"a step of run {run.run} was written by hand and holds a secret, which the ledger does not keep",
            hint="Go on with the plan's folder: `seachange apply PLAN TARGET`.",
        )
    return Drifted(
        f"run {run.run}, of another plan, has not ended; it began at {run.began:%Y-%m-%d %H:%M}",
        hint=f"Go on with its own plan, or take it back with `seachange undo TARGET {run.run}`.",
    )


def _drifted(what: str, moved: tuple[Change, ...]) -> Drifted:
    more = [f"  and {len(moved) - SHOWN:,} more"] if len(moved) > SHOWN else []
    return Drifted("\n".join((f"{what}:", *map(_line, moved[:SHOWN]), *more)), hint=f"Nothing was changed.  {ANEW}")


def _line(change: Change) -> str:
    match change:
        case Alter(fields=fields):
            return f"  ~ {clean(str(change.ref))}: {', '.join(fields)}"
        case Create():
            return f"  + {clean(str(change.ref))} is new"
    return f"  - {clean(str(change.ref))} is gone"
