"""The way back from a run, made from what the ledger keeps of it and from what is really there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from seachange.apply import Outcome, apply
from seachange.apply.runs import has_begun, is_undone
from seachange.apply.terms import SILENT, Listener, Terms
from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.catalog.scope import Scope, scoped
from seachange.compare import changes
from seachange.compare.change import verb
from seachange.errors import Drifted, NotProven, NotUnderstood
from seachange.migrate.making import Where, backwards, tried
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.planner.told import Pair
from seachange.postgres.connection import connected, shown
from seachange.postgres.extract import extract
from seachange.postgres.ledger import Kind, Ledger, Run, State, is_there
from seachange.postgres.making import LOCAL
from seachange.postgres.sampling import Rows
from seachange.postgres.sizes import measured
from seachange.postgres.source import conninfo
from seachange.rehearse import Rehearsal
from seachange.rehearse.staging import Say, silent
from seachange.step import Stage

SHOWN = 10
EVERYTHING = Scope()


class Back(msgspec.Struct, frozen=True):
    """The way back from `run`.  `folder` holds it as a plan, with the way forth again as its undo.

    `goes_on` says that this undo was begun before.
    """

    run: Run
    folder: Folder
    goes_on: bool = False


def undo(
    target: str,
    run: int | None = None,
    terms: Terms = Terms(),  # noqa: B008 - it is frozen
    hears: Listener = SILENT,
    *,
    scratch: str = LOCAL,
) -> Outcome:
    """Take back a run, by default the latest that is not taken back, after a rehearsal.

    Raises as `way_back` does, NotProven where the rehearsal did not lead back, and what `apply` raises.
    """
    back = way_back(target, run, terms.scope, scratch=scratch)
    if not back.goes_on:
        folder, rehearsal = rehearsed(back, target, terms.scope, scratch=scratch, say=hears.says)
        if not rehearsal.proven:
            raise NotProven(f"the way back from run {back.run.run} did not prove itself", hint=SEE)
        back = msgspec.structs.replace(back, folder=folder)
    return carry_out(back, target, terms, hears)


def way_back(target: str, run: int | None = None, scope: Scope = EVERYTHING, *, scratch: str = LOCAL) -> Back:
    """The way back from a run; nothing is changed.

    A run that came to its end is taken back by the undo that was made with its plan; of one that did not, by what turns
    that which is there now into what was there before.  Raises NotUnderstood where there is no such run, or it is taken
    back already; Drifted where others have built upon it.
    """
    with connected(conninfo(target)) as session:
        if not is_there(session):
            raise NotUnderstood(f"{shown(conninfo(target))} has no ledger: there is nothing to undo", hint=NO_LEDGER)
        ledger = Ledger(session)
        runs = ledger.runs()
        taken = _chosen(runs, run)
        _refuse_built_upon(ledger, runs, taken)
        begun = next((one for one in runs if _is_begun(one, taken, runs)), None)
        if begun:
            return Back(taken, ledger.folder(begun.run), goes_on=True)
        kept = ledger.folder(taken.run)
        now = scoped(extract(session), scope)
        after = ledger.catalog(taken.after) if taken.after else None
    if taken.state is State.DONE and after is not None:
        _refuse_drifted(taken, after, now)
    return Back(taken, _folder(target, taken, kept, now, scratch))


def rehearsed(
    back: Back, target: str, scope: Scope = EVERYTHING, *, scratch: str = LOCAL, say: Say = silent
) -> tuple[Folder, Rehearsal]:
    """The way back tried on a copy.  What comes back from the quarantine must find all the rows that it belongs to."""
    rows = Rows.TOUCHED if back.folder.plan.quarantine else Rows.SAMPLE
    return tried(back.folder, Where(target, rows=rows, scratch=scratch, scope=scope, say=say))


def carry_out(back: Back, target: str, terms: Terms, hears: Listener = SILENT) -> Outcome:
    """Apply the way back, as a run of its own."""
    return apply(back.folder, target, terms, hears, kind=Kind.UNDO, undoes=back.run.run)


def _is_begun(run: Run, taken: Run, runs: Sequence[Run]) -> bool:
    return run.undoes == taken.run and run.state is not State.DONE and not is_undone(run, runs)


def _chosen(runs: Sequence[Run], number: int | None) -> Run:
    """The run that is meant; without a number the latest that is not taken back."""
    plans = [run for run in runs if (run.kind is Kind.APPLY if number is None else run.run == number)]
    for run in plans:
        if not is_undone(run, runs):
            return run
    if plans:
        by = next(run for run in runs if run.undoes == plans[0].run and run.state is State.DONE)
        raise NotUnderstood(
            f"run {plans[0].run} is undone already, by run {by.run}",
            hint=f"Nothing was changed.  To take the undo back: seachange undo TARGET {by.run}",
        )
    what = "no run" if number is None else f"no run {number}"
    raise NotUnderstood(f"the ledger has {what} to undo", hint="`seachange history` lists what there is.")


def _refuse_built_upon(ledger: Ledger, runs: Sequence[Run], taken: Run) -> None:
    """A later plan that is not taken back stands on this one."""
    for run in runs:
        if run.run > taken.run and run.kind is Kind.APPLY and not is_undone(run, runs) and has_begun(run, ledger):
            raise Drifted(
                f"run {run.run} came after run {taken.run} and is not undone",
                hint=f"Nothing was changed.  Undo that one first: seachange undo TARGET {run.run}",
            )


def _refuse_drifted(run: Run, after: Catalog, now: Catalog) -> None:
    found = list(changes(after, now))
    if found:
        more = f"\n  … and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise Drifted(
            f"the database is no longer what run {run.run} left; since then:\n"
            + "\n".join(f"  {SINCE[verb(change)]} {change.ref}" for change in found[:SHOWN])
            + more,
            hint="Nothing was changed.  Take these back yourself, or make a plan to the state that you want.",
        )


SEE = "Nothing was changed.  `seachange undo` shows why."
SINCE = {"create": "came", "drop": "went", "alter": "changed"}
NO_LEDGER = "seachange keeps one in each database that it has changed."


def _folder(target: str, run: Run, kept: Folder, now: Catalog, scratch: str) -> Folder:
    """The plan back, and the one forth again.  `kept` is what the run was to do."""
    before, sizes = kept.current, measured(target)
    pairs = tuple(_pairs(kept.plan, before, now))
    back = kept.undo
    if run.state is not State.DONE or back.made_for != now.fingerprint:
        back = backwards(kept.plan, (before, now), pairs, sizes, scratch)
    reverse = tuple((new, old) for old, new in reversed(pairs))
    forth = backwards(back, (now, before), reverse, sizes, scratch)
    about = (("target", shown(conninfo(target))), ("takes back", f"run {run.run} of {run.began:%Y-%m-%d %H:%M:%S %Z}"))
    return Folder(back, forth, now, before, about)


def _pairs(plan: Plan, before: Catalog, now: Catalog) -> Iterator[Pair]:
    """What the plan has renamed, as it was called before and is called now.

    A column whose table was renamed is taken by its step under the new name of that; what went to another schema first
    has two steps.
    """
    was: dict[Ref, Ref] = {}
    for step in plan.steps:
        if step.stage is Stage.RENAMES and len(step.takes) == len(step.makes) == 1:
            (old,), (new,) = step.takes, step.makes
            was[new] = was.pop(old) if old in was else _with_holder(old, was)
    yield from ((old, new) for new, old in was.items() if old in before and new in now and old not in now)


def _with_holder(ref: Ref, was: dict[Ref, Ref]) -> Ref:
    """The address with the name that its table had."""
    for new, old in was.items():
        if new.names == ref.names[:-1]:
            return msgspec.structs.replace(ref, names=(*old.names, ref.names[-1]))
    return ref
