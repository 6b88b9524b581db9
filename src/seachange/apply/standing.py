"""Where a database stands: who is at work in it, what has not ended, what waits in the quarantine."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.apply.patience import shown
from seachange.apply.runs import unfinished
from seachange.apply.work import OVER
from seachange.plan.words import size
from seachange.postgres import ledger as ledgers
from seachange.postgres.activity import PutAway, Working, at_work, put_away, waited_for
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Blocker, Ledger, Run, State, Wait
from seachange.postgres.source import conninfo
from seachange.report import Figure, Report, Section, Table

MOMENT = "%Y-%m-%d %H:%M:%S %Z"


class Standing(msgspec.Struct, frozen=True):
    """What is going on in a database, and what was last.

    `open` is the run that has not ended, `last` the one that began last.  `next` is the number of the step that is on
    its way or would come next, and `sql` its statement.  `blockers` are in the way at this moment; `waited` is the last
    wait.
    """

    working: Working | None = None
    open: Run | None = None
    last: Run | None = None
    done: int = 0
    next: int = 0
    sql: str = ""
    blockers: tuple[Blocker, ...] = ()
    waited: Wait | None = None
    quarantine: tuple[PutAway, ...] = ()


def standing(target: str) -> Standing:
    """Where `target` stands; nothing is changed, and nobody has to wait."""
    with connected(conninfo(target)) as session:
        working = at_work(session)
        found = Standing(
            working=working,
            blockers=waited_for(session, working) if working else (),
            quarantine=put_away(session),
        )
        return _with_runs(found, Ledger(session)) if ledgers.is_there(session) else found


def _with_runs(found: Standing, ledger: Ledger) -> Standing:
    last = ledger.latest()
    left = last if found.working and last and last.state is State.RUNNING else unfinished(ledger.runs(), ledger)
    found = msgspec.structs.replace(found, last=last, open=left)
    if left is None:
        return found
    steps = ledger.steps(left.run)
    over = {number for number, step in steps.items() if step.state in OVER}
    plan = ledger.folder(left.run).plan
    following = next(((number, step.sql) for number, step in enumerate(plan.steps, 1) if number not in over), (0, ""))
    waits = ledger.waits(left.run)
    return msgspec.structs.replace(
        found, done=len(over), next=following[0], sql=following[1], waited=waits[-1] if waits else None
    )


def report(found: Standing, target: str) -> Report:
    """Where it stands, for people."""
    return Report(
        title="Status",
        verdict=_verdict(found),
        good=found.open is None or found.working is not None,
        about=(("target", target), *_about(found)),
        figures=tuple(_figures(found)),
        sections=tuple(_sections(found)),
    )


def _verdict(found: Standing) -> str:
    match found:
        case Standing(working=Working(), open=Run() as run):
            return f"Run {run.run} is at work, at step {found.next} of {run.steps}."
        case Standing(working=Working()):
            return "A run is at work; it has not begun with its steps."
        case Standing(open=Run() as run):
            return (
                f"Run {run.run} has not ended: {found.done} of {run.steps} steps are done.  Go on with the command "
                f"that it was begun with, or take it back: seachange undo TARGET {run.run}"
            )
        case Standing(last=Run() as run):
            return f"Nobody is at work, and nothing is left to do.  The last run was {run.run}."
    return "Nobody is at work, and no run was ever begun here."


def _about(found: Standing) -> Iterator[tuple[str, str]]:
    if working := found.working:
        where = f" at {working.address}" if working.address else ""
        yield (
            "at work",
            f"process {working.pid}, role {working.role}{where}, since {working.since:{MOMENT}}",
        )
    for label, run in (("not ended", found.open), ("last run", found.last)):
        if run and not (label == "last run" and run == found.open):
            yield label, f"{run.run}, {run.kind.value}, {run.state.value}, began {run.began:{MOMENT}}"
            if run.message:
                yield "it said", run.message.splitlines()[0]
    if found.sql:
        yield ("at step" if found.working else "next step"), f"{found.next}: {' '.join(found.sql.split())[:200]}"


def _figures(found: Standing) -> Iterator[Figure]:
    if run := found.open:
        yield Figure("steps done", f"{found.done:,}", note=f"of {run.steps:,}")
    if found.quarantine:
        total = sum(one.bytes for one in found.quarantine)
        yield Figure("in the quarantine", f"{len(found.quarantine):,}", note=size(total))


def _sections(found: Standing) -> Iterator[Section]:
    if found.blockers:
        yield Table("In the way", ("who",), tuple((shown(one),) for one in found.blockers))
    if found.quarantine:
        yield Table(
            "In the quarantine",
            ("name", "what it was", "rows", "size"),
            tuple((one.name, one.about, f"{one.rows:,}", size(one.bytes)) for one in found.quarantine),
            numeric=2,
            note="Rows are the server's estimate.",
        )
