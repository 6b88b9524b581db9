"""What was done to a database, and whether it is still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from seachange.apply.report import over, seconds, tables
from seachange.apply.runs import is_undone
from seachange.catalog.catalog import Catalog, Origin
from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.compare import Change, changes
from seachange.compare.tree import tree
from seachange.errors import NotUnderstood
from seachange.plan.words import size
from seachange.planner import goal
from seachange.postgres import ledger as ledgers
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.ledger import Kind, Ledger, Run, State, Taken, Wait
from seachange.postgres.source import conninfo
from seachange.report import Figure, Report, Section, Table, Tree


class Told(msgspec.Struct, frozen=True):
    """One run with all that is kept of it; `reports` are sizes by the names of files."""

    run: Run
    steps: tuple[Taken, ...] = ()
    waits: tuple[Wait, ...] = ()
    reports: Mapping[str, int] = {}


class Audit(msgspec.Struct, frozen=True):
    """What runs made of a database, held against what is there.

    `recorded` is how many facts runs have brought about, done away with or altered.  `gone` is what is otherwise now,
    and `runs` are those by which it should be so.  `now` is the state.
    """

    recorded: int
    gone: tuple[Change, ...]
    runs: tuple[int, ...]
    now: Catalog


def history(target: str) -> tuple[Run, ...]:
    """All runs in `target`, the latest first."""
    with connected(conninfo(target)) as session:
        return Ledger(session).runs() if ledgers.is_there(session) else ()


def told(target: str, number: int) -> Told:
    """One run.  Raises NotUnderstood where there is none of that number."""
    with connected(conninfo(target)) as session:
        if not ledgers.is_there(session):
            raise NotUnderstood(f"there is no run {number}: none was ever begun here", hint="See the address again.")
        ledger = Ledger(session)
        run = ledger.run(number)
        reports = {name: len(content) for name, content in ledger.reports(number).items()}
        return Told(run, tuple(ledger.steps(number).values()), ledger.waits(number), reports)


def audit(target: str) -> Audit:
    """Whether what runs did in `target` is still there; what was taken back counts for nothing."""
    with connected(conninfo(target)) as session:
        now = extract(session)
        if not ledgers.is_there(session):
            return Audit(0, (), (), now)
        expected, by, origin = _expected(Ledger(session))
    here = Catalog({ref: fact for ref in expected.keys() & now.facts.keys() if (fact := now.get(ref))}, (), now.origin)
    there = Catalog({ref: fact for ref, fact in expected.items() if fact is not None}, (), origin)
    gone = changes(here, there)
    return Audit(len(expected), gone, tuple(sorted({by[change.ref] for change in gone})), now)


def _expected(ledger: Ledger) -> tuple[dict[Ref, Fact | None], dict[Ref, int], Origin]:
    """What should be at each address that some run has changed, which run says so, and of what they do not speak."""
    runs = ledger.runs()
    expected, by, silent = dict[Ref, Fact | None](), dict[Ref, int](), frozenset[str]()
    for run in reversed(runs):
        if run.kind is Kind.APPLY and run.state is State.DONE and not is_undone(run, runs):
            before = ledger.catalog(run.before)
            aim = goal(before, ledger.catalog(run.desired))
            silent |= aim.origin.silent
            for change in changes(before, aim):
                expected[change.ref], by[change.ref] = aim.get(change.ref), run.run
    return expected, by, Origin(silent=silent)


def listing(runs: Iterable[Run], target: str) -> Report:
    """The report on all runs."""
    rows = tuple(map(_row, runs))
    return Report(
        title="History",
        verdict=f"{len(rows):,} {'run' if len(rows) == 1 else 'runs'}." if rows else "No run was ever begun here.",
        good=True,
        about=(("target", target),),
        sections=(_runs(rows),) if rows else (),
    )


def _runs(rows: tuple[tuple[str, ...], ...]) -> Table:
    return Table("Runs", ("run", "what", "state", "began", "by", "steps"), rows, numeric=1)


def _row(run: Run) -> tuple[str, ...]:
    what = run.kind.value if run.undoes is None else f"{run.kind.value} of {run.undoes}"
    by = f"{run.role}, {run.system_user_name}@{run.host}"
    return (str(run.run), what, run.state.value, f"{run.began:%Y-%m-%d %H:%M:%S %Z}", by, f"{run.steps:,}")


def one(found: Told, target: str) -> Report:
    """The report on one run."""
    run = found.run
    return Report(
        title=f"Run {run.run}",
        verdict=f"{len(over(found.steps)):,} of {run.steps:,} steps are done; the run is {run.state.value}.",
        good=run.state is State.DONE,
        about=(("target", target), *_about(run)),
        figures=tuple(_figures(found)),
        sections=tuple(_sections(found)),
        began=run.began,
        ended=run.ended,
    )


def _about(run: Run) -> Iterator[tuple[str, str]]:
    yield "what", run.kind.value if run.undoes is None else f"{run.kind.value} of run {run.undoes}"
    yield "by", f"{run.role}, {run.system_user_name}@{run.host}, seachange {run.seachange}"
    yield "plan", run.plan
    for label, text in (("backup", run.backup), ("message", " ".join(run.message.split()))):
        if text:
            yield label, text


def _figures(found: Told) -> Iterator[Figure]:
    worked, waited = (sum(one.seconds for one in ones) for ones in (found.steps, found.waits))
    yield Figure("steps", f"{len(found.steps):,}", note=seconds(worked))
    yield Figure("waits", f"{len(found.waits):,}", note=seconds(waited))


def _sections(found: Told) -> Iterator[Section]:
    yield from tables(found.steps, found.waits)
    if found.reports:
        rows = tuple((name, size(count)) for name, count in found.reports.items())
        yield Table("Reports", ("file", "size"), rows, numeric=1)


def audited(found: Audit, target: str) -> Report:
    """The report on what is no longer there."""
    return Report(
        title="Audit",
        verdict=_verdict(found),
        good=not found.gone,
        about=(("target", target),),
        figures=(Figure("recorded", f"{found.recorded:,}"), Figure("no longer so", f"{len(found.gone):,}")),
        sections=(Tree("What is to be done to have it as recorded", tree(found.gone, found.now, found.now)),)
        if found.gone
        else (),
    )


def _verdict(found: Audit) -> str:
    if not found.gone:
        return f"All {found.recorded:,} recorded changes are really there."
    runs = ", ".join(map(str, found.runs))
    return f"{len(found.gone):,} of {found.recorded:,} recorded changes are no longer there, of run {runs}."
