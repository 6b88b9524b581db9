"""A plan applied to the database that it was made for."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from seachange.apply import consent
from seachange.apply.backing_up import back_up
from seachange.apply.carrying import carry_out
from seachange.apply.ending import ended, kept, read
from seachange.apply.gate import Entry, Wanted, enter
from seachange.apply.outcome import Outcome
from seachange.apply.preflight import check
from seachange.apply.terms import SILENT, Backup, Keep, Listener, Terms, Window
from seachange.apply.work import Work
from seachange.plan.folder import Folder
from seachange.postgres import ledger as ledgers
from seachange.postgres import runlock
from seachange.postgres.groups import look_in
from seachange.postgres.ledger import Kind, Ledger, State
from seachange.postgres.lookout import Lookout
from seachange.postgres.source import conninfo

__all__ = ["SILENT", "Backup", "Keep", "Kind", "Listener", "Outcome", "Terms", "Window", "apply"]

ALL_IS_WELL = Terms()


def apply(  # noqa: PLR0913 - the face of the package: each wish by its name
    folder: Folder,
    target: str,
    terms: Terms = ALL_IS_WELL,
    hears: Listener = SILENT,
    *,
    kind: Kind = Kind.APPLY,
    undoes: int | None = None,
) -> Outcome:
    """Carry out the plan in `folder` on the database `target`, or what is left of it.  Whatever stops it, the same call
    goes on from there.

    Nothing is written besides what the plan says and the ledger.  `kind` and `undoes` say that the plan is the way back
    of an earlier run.

    Raises Busy while another run is at work; Drifted where the target is not in the state that the plan was made for;
    NotAgreed where a risk of the plan is not among `terms.agreed`; NotPermitted where a right is missing: all before
    the first step.  Raises Blocked, StepFailed or Unreachable at a step; the ledger then tells how far it came.
    """
    began = time.perf_counter()
    wanted = Wanted(folder, kind, undoes, terms.stage is not None)
    with runlock.held(conninfo(target)) as session:
        hears.says("reading the target")
        found = read(session, folder, terms)
        ledger = Ledger(session) if ledgers.is_there(session) else None
        entry = enter(wanted, found, ledger)
        if entry.nothing:
            return Outcome(None, State.DONE, found, found, seconds=time.perf_counter() - began)
        consent.ask(folder.plan, terms, begins=entry.run is None)
        findings = check(session, folder, found, terms)
        run = _begin(session, wanted, entry, target, terms, hears)
        runlock.named(session, run)
        work = _work(session, run, wanted, terms, hears)
        look_in(session, folder.plan.search_path)
        with kept(work):
            with work.lookout.on_duty():
                carry_out(work)
            outcome = ended(work, entry, folder)
    return msgspec.structs.replace(outcome, findings=findings, seconds=time.perf_counter() - began)


def _begin(  # noqa: PLR0913 - all that a run is made of
    session: Any, wanted: Wanted, entry: Entry, target: str, terms: Terms, hears: Listener
) -> int:
    """The number of the run; a new one has its backup by then."""
    ledger = Ledger(session)
    if entry.run is not None:
        ledger.resume(entry.run.run)
        return entry.run.run
    ledgers.make(session)
    backup = back_up(target, session, terms.backup, hears)
    run = ledger.begin(wanted.kind, wanted.folder, entry.found, wanted.undoes)
    ledger.backed_up(run, backup)
    return run


def _work(session: Any, run: int, wanted: Wanted, terms: Terms, hears: Listener) -> Work:
    ledger = Ledger(session)
    begun = dict(ledger.steps(run))
    return Work(session, ledger, run, wanted.folder.plan, terms, hears, Lookout(session), begun)
