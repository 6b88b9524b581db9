"""The main job in one go, as its two halves: what changes nothing, and what is done when somebody has agreed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from seachange.apply import apply
from seachange.apply.consent import ask
from seachange.apply.runs import unfinished
from seachange.apply.terms import SILENT, Listener, Terms
from seachange.catalog.catalog import Catalog
from seachange.catalog.scope import Scope, scoped
from seachange.errors import Drifted, NotProven, SeachangeError
from seachange.finding import Finding, Severity
from seachange.migrate.documents import documents, write
from seachange.migrate.making import Order, Where, made, tried
from seachange.migrate.migration import Migration, Ready
from seachange.migrate.remembering import Remembering, remembered
from seachange.migrate.story import Story, retold
from seachange.migrate.surviving import Before, before, survived
from seachange.plan.folder import Folder
from seachange.plan.folder import write as write_plan
from seachange.planner import remaining
from seachange.postgres.connection import connected
from seachange.postgres.groups import prepare as prepare_session
from seachange.postgres.ledger import Kind, Ledger, Run, identity, is_there
from seachange.postgres.making import LOCAL
from seachange.postgres.read import read_both
from seachange.postgres.sizes import measured
from seachange.postgres.source import conninfo, named
from seachange.report.place import writing
from seachange.verify import verify

EVERYTHING = Scope()
AS_IT_IS = Order()
TERMS = Terms()
PLAN = "plan"


def migrate(  # noqa: PLR0913 - the face of the package: each wish by its name
    target: str,
    desired: str,
    *,
    order: Order = AS_IT_IS,
    terms: Terms = TERMS,
    to: Path | None = None,
    scratch: str = LOCAL,
    hears: Listener = SILENT,
) -> Migration | None:
    """Carry the database `target` to the state that the source `desired` holds, and tell what was measured.

    None says that there was nothing to do.  A migration that did not come to its end goes on.  The plan and the
    documents are written to the folder `to`, where one is named.

    Raises NotProven, having changed nothing, where the plan does not prove itself on a copy; NotAgreed where `terms`
    lack a consent; and what `apply` raises.
    """
    ready = prepare(Where(target, desired, scratch=scratch, scope=terms.scope, say=hears.says), order)
    if not ready.is_needed:
        return None
    if ready.rehearsal and not ready.rehearsal.proven:
        raise NotProven("the plan did not prove itself on a copy of the target", hint="`seachange plan` shows why.")
    return carry_out(ready, terms, hears, to=to, scratch=scratch)


def prepare(where: Where, order: Order = AS_IT_IS, *, strict: bool = False, cluster: bool = False) -> Ready:
    """Read both states, plan and rehearse; or find the run on the same way that did not come to its end.

    Raises Drifted where a run to another state did not; nothing is changed.
    """
    where.say("reading")
    target, desired = where.target, where.desired
    found, wanted = read_both(target, desired, scratch=where.scratch, strict=strict, cluster=cluster)
    states = scoped(found, where.scope), scoped(wanted, where.scope)
    if begun := _begun(target, states[1]):
        return Ready(target, desired, begun[1], goes_on=begun[0])
    if not remaining(states[0], states[0], states[1]):
        order = msgspec.structs.replace(order, renames=(), usings=())  # they are done, and name what is no more
    where.say("planning")
    plan = made(target, states, order, datetime.now(UTC), where.scratch)
    about = (("target", named(target)), ("desired", named(desired)))
    ready = Ready(target, desired, msgspec.structs.replace(plan.folder, about=about), renames=plan.compared.renames)
    if not ready.is_needed:
        return ready
    folder, rehearsal = tried(ready.folder, where)
    return msgspec.structs.replace(ready, folder=folder, rehearsal=rehearsal)


def carry_out(
    ready: Ready, terms: Terms = TERMS, hears: Listener = SILENT, *, to: Path | None = None, scratch: str = LOCAL
) -> Migration:
    """Back up, apply, verify and report what `prepare` has made ready.

    Raises NotAgreed before anything is written; and what `apply` raises: the documents then tell how far it came.
    """
    began = datetime.now(UTC)
    ask(ready.folder.plan, terms, begins=ready.goes_on is None)
    if to:
        _write_plan(to, ready.folder)
    at = conninfo(ready.target)
    was = _before(ready, at, hears)
    try:
        outcome = apply(ready.folder, ready.target, terms, Remembering(hears, at, was))
    except SeachangeError:
        _tell(at, ready, began, to)
        raise
    hears.says("verifying")
    verification = verify(
        ready.target, ready.desired, before=outcome.before, scratch=scratch, scope=terms.scope, say=hears.says
    )
    hears.says("counting rows")
    with connected(at) as session:
        ledger = Ledger(session)
        run = ledger.run(outcome.run or ready.goes_on or 0)
        survivals, told = (
            survived(session, was, ready.folder.plan, outcome.steps.values()) if was else ((), (UNCOUNTED,))
        )
        story = msgspec.structs.replace(
            retold(ledger, run, named(ready.target), undo=_undo(run)),
            rehearsal=ready.rehearsal,
            verification=verification,
            survivals=survivals,
            sizes_before=dict(was.sizes) if was else {},
            sizes_after=measured(ready.target).sizes,
            findings=(*ready.folder.plan.findings, *outcome.findings, *told),
            began=began,
            ended=datetime.now(UTC),
        )
        return Migration(story, _handed_over(story, ledger, to))


def _begun(target: str, desired: Catalog) -> tuple[int, Folder] | None:
    """The run that was on the way to the same state and did not come to its end."""
    with connected(conninfo(target)) as session:
        if not is_there(session):
            return None
        ledger = Ledger(session)
        run = unfinished(ledger.runs(), ledger)
        if run is None:
            return None
        if run.kind is Kind.UNDO or run.desired != desired.fingerprint:
            raise Drifted(
                f"run {run.run}, to another state, did not come to its end: {run.state}",
                hint=f"Run its own command again, or take it back: seachange undo TARGET {run.run}",
            )
        return run.run, ledger.folder(run.run)


def _write_plan(to: Path, folder: Folder) -> None:
    with writing(to):
        to.mkdir(parents=True, exist_ok=True)
    write_plan(to / PLAN, folder)


def _before(ready: Ready, at: str, hears: Listener) -> Before | None:
    """What there is before the first step; of a run that goes on, what was counted then."""
    with connected(at) as session:
        if ready.goes_on is not None:
            return remembered(Ledger(session), ready.goes_on)
        hears.says("counting rows")
        prepare_session(session)
        return before(session, ready.folder, measured(ready.target).sizes)


def _tell(at: str, ready: Ready, began: datetime, to: Path | None) -> None:
    """Hand over what is known of a run that did not come to its end, if one was begun."""
    with suppress(SeachangeError), connected(at) as session:
        ledger = Ledger(session) if is_there(session) else None
        run = ledger.latest() if ledger else None
        if ledger and run and identity(ready.folder.plan) == run.plan:
            story = retold(ledger, run, named(ready.target), undo=_undo(run))
            story = msgspec.structs.replace(story, rehearsal=ready.rehearsal, began=began, ended=datetime.now(UTC))
            _handed_over(story, ledger, to)


def _handed_over(story: Story, ledger: Ledger, to: Path | None) -> tuple[Path, ...]:
    """The documents, kept in the ledger and written to a folder where one is named; where they are."""
    made = documents(story)
    for name, content in made.items():
        ledger.keep_report(story.run.run, name, content)
    if to is None:
        return ()
    write(to, made)
    return tuple(to / name for name in made)


def _undo(run: Run) -> str:
    return f"seachange undo TARGET {run.run}"


UNCOUNTED = Finding(
    check="rows-not-counted",
    severity=Severity.WARNING,
    about="all tables",
    message="Nobody counted the rows before the first step, so that none could be compared.",
)
