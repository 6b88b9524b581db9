"""How a run ends, whatever ends it: the ledger knows, and so does the person at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from seachange.apply.gate import Entry
from seachange.apply.outcome import Outcome
from seachange.apply.terms import Terms
from seachange.apply.work import OVER, Work
from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS
from seachange.catalog.scope import scoped
from seachange.errors import Blocked, SeachangeError, StepFailed, Unreachable
from seachange.plan.folder import Folder
from seachange.planner import remaining
from seachange.postgres import runlock
from seachange.postgres.extract import extract
from seachange.postgres.ledger import Begun, State, Went


def read(session: Any, folder: Folder, terms: Terms) -> Catalog:
    """The part of the target that the plan is about; of its server's own what the plan knows."""
    silent = folder.current.origin.silent
    cluster = any(fact.cluster and kind not in silent for kind, fact in KINDS.items())
    return scoped(extract(session, cluster=cluster), terms.scope)


def ended(work: Work, entry: Entry, folder: Folder) -> Outcome:
    """Read back, compare with where the plan leads, and keep what was found."""
    work.hears.says("reading back")
    after = read(work.session, folder, work.terms)
    steps, of = work.ledger.steps(work.run), _steps(work)
    first = next((number for number in range(1, of + 1) if not work.is_over(number)), of + 1)
    whole = sum(step.state in OVER for step in steps.values()) == of
    left = remaining(after, entry.before, folder.desired) if whole else ()
    state = State.DONE if whole else State.STOPPED
    work.ledger.end(work.run, state, _said(work, whole, len(left)), after)
    return Outcome(
        run=work.run,
        state=state,
        before=entry.before,
        after=after,
        steps=steps,
        of=of,
        first=first,
        waits=work.ledger.waits(work.run),
        backup=work.ledger.run(work.run).backup,
        left=left,
    )


def _said(work: Work, whole: bool, left: int) -> str:
    if not whole:
        assert work.terms.stage is not None
        return f"only the stage {work.terms.stage.name.lower()} was asked for"
    return f"{left:,} objects are not as the plan should have left them" if left else ""


@contextmanager
def kept(work: Work) -> Iterator[None]:
    """However the work in it ends, the ledger says so, as far as there still is a server to keep it."""
    try:
        with runlock.told(work.session):
            yield
    except SeachangeError as error:
        _keep(work, error)
        error.message += f"\n{_stands(work)}"
        error.args = (error.message,)
        raise
    except BaseException as error:
        _keep(work, error)
        error.add_note(_stands(work))
        raise


def _keep(work: Work, error: BaseException) -> None:
    state = State.STOPPED if isinstance(error, Blocked | Unreachable | KeyboardInterrupt) else State.FAILED
    said = error.message if isinstance(error, SeachangeError) else type(error).__name__
    with suppress(Exception):  # the server is gone; that nobody holds the lock of runs tells that this one has stopped
        if isinstance(error, StepFailed) and error.number:
            step = tuple(work.plan.steps)[error.number - 1]
            failed = Went(error.number, step, Begun.FAILED, datetime.now(UTC), message=error.said)
            work.ledger.went(work.run, [failed])
        work.ledger.end(work.run, state, "stopped by hand" if isinstance(error, KeyboardInterrupt) else said)


def _stands(work: Work) -> str:
    """What state the database is in."""
    again = f"The same command goes on from there; `seachange undo TARGET {work.run}` takes back what was done."
    with suppress(Exception):  # nobody is there to ask
        done = sum(step.state in OVER for step in work.ledger.steps(work.run).values())
        return f"Run {work.run}: {done:,} of {_steps(work):,} steps are done, and stay so.  {again}"
    return f"Run {work.run}: the ledger has each step that is done.  {again}"


def _steps(work: Work) -> int:
    return sum(1 for _ in work.plan.steps)
