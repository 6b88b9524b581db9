"""The report on a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.apply.outcome import Outcome
from seachange.apply.patience import shown
from seachange.compare.comparison import Comparison
from seachange.compare.comparison import as_json as comparison_json
from seachange.compare.tree import tree
from seachange.postgres.ledger import Begun, State, Taken, Wait, Why
from seachange.report import Figure, Report, Section, Table, Tree

LINE = 100
WHY = {
    Why.LOCK: "a lock",
    Why.DEADLOCK: "a deadlock",
    Why.GUARD: "others to end",
    Why.LAG: "a standby",
    Why.WINDOW: "its hours",
    Why.SNAPSHOT: "older transactions",
}


def report(outcome: Outcome, plan: str, target: str) -> Report:
    """What was done, how long it took, and for whom it waited."""
    run = (("run", str(outcome.run)),) if outcome.run else ()
    backup = (("backup", outcome.backup),) if outcome.backup else ()
    return Report(
        title="Run" if outcome.run else "Nothing to do",
        verdict=_verdict(outcome),
        good=outcome.arrived,
        about=(("plan", plan), ("target", target), *run, *backup),
        figures=tuple(_figures(outcome)),
        sections=tuple(_sections(outcome)),
        findings=outcome.findings,
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.run is None:
        return "There is nothing to do: the target is as the plan should leave it."
    done = f"{len(over(outcome.steps.values())):,} of {outcome.of:,} steps are done"
    if outcome.state is not State.DONE:
        return f"The stage is done; of the plan, {done}."
    if outcome.left:
        return f"Not as it should be: {done}, and {len(outcome.left):,} objects differ from the desired state."
    return f"Arrived: {done}, and nothing differs from the desired state."


def over(steps: Iterable[Taken]) -> tuple[Taken, ...]:
    """Those that are done, or had nothing to do."""
    return tuple(step for step in steps if step.state in (Begun.DONE, Begun.SKIPPED))


def _figures(outcome: Outcome) -> Iterator[Figure]:
    yield Figure("in all", seconds(outcome.seconds))
    if outcome.run is not None:
        yield Figure(
            "steps", f"{len(outcome.steps):,}", note=seconds(sum(one.seconds for one in outcome.steps.values()))
        )
        waited = sum(wait.seconds for wait in outcome.waits)
        yield Figure("waits", f"{len(outcome.waits):,}", note=seconds(waited))


def seconds(count: float) -> str:
    """A time for people."""
    return f"{count * 1000:,.0f} ms" if count < 1 else f"{count:,.1f} s"


def _sections(outcome: Outcome) -> Iterator[Section]:
    if outcome.left:
        yield Tree("What differs", tree(outcome.left, outcome.after, outcome.after))
    yield from tables(outcome.steps.values(), outcome.waits)


def tables(steps: Iterable[Taken], waits: Iterable[Wait]) -> Iterator[Table]:
    """The steps that were begun, and what they waited for."""
    if rows := tuple(map(_step, steps)):
        yield Table("Steps", ("", "stage", "step", "", "attempts", "waited", "time"), rows, numeric=3)
    if found := tuple(map(_wait, waits)):
        yield Table(
            "Waits",
            ("step", "for", "in the way", "began", "time"),
            found,
            numeric=1,
            note="The time is that of an attempt which did not get its locks, with the pause after it.",
        )


def _step(step: Taken) -> tuple[str, ...]:
    statement = " ".join(step.sql.split())
    return (
        str(step.number),
        step.stage,
        statement if len(statement) <= LINE else f"{statement[:LINE]}…",
        step.state.value if step.rows is None else f"{step.state.value}, {step.rows:,} rows",
        str(step.attempts),
        seconds(step.waited) if step.waited else "",
        seconds(step.seconds),
    )


def _wait(wait: Wait) -> tuple[str, ...]:
    who = "; ".join(map(shown, wait.blockers)) or "nobody who could be seen"
    return (str(wait.step), WHY[wait.why], who, f"{wait.began:%H:%M:%S}", seconds(wait.seconds))


def as_json(outcome: Outcome) -> dict[str, object]:
    """The run as machines read it; the states are told by their fingerprints."""
    return {
        "run": outcome.run,
        "state": outcome.state.value,
        "arrived": outcome.arrived,
        "before": outcome.before.fingerprint,
        "after": outcome.after.fingerprint,
        "first": outcome.first,
        "of": outcome.of,
        "steps": msgspec.to_builtins(tuple(outcome.steps.values())),
        "waits": msgspec.to_builtins(outcome.waits),
        "seconds": outcome.seconds,
        "backup": outcome.backup,
        "left": comparison_json(Comparison(outcome.left))["changes"],
        "findings": msgspec.to_builtins(outcome.findings),
    }
