"""A run in one sentence and in a few numbers, none of which was not measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from seachange.compare.report import share, total
from seachange.finding import Finding
from seachange.migrate.story import Story
from seachange.postgres.ledger import Begun, State
from seachange.report import Figure
from seachange.report.chart import seconds
from seachange.verify.verification import Outcome, Since, Verification

Pairs = tuple[tuple[str, str], ...]
ENDED = {
    State.RUNNING: "did not end",
    State.STOPPED: "was stopped",
    State.FAILED: "failed",
    State.DONE: "is done",
}

FAULTS = {
    Since.INTRODUCED: "introduced faults",
    Since.UNKNOWN: "faults of unknown age",
    Since.INHERITED: "inherited faults",
}


def verdict(story: Story) -> str:
    """How the run ended, where it led, and what the probes say."""
    return " ".join(_sentences(story))


def _sentences(story: Story) -> Iterator[str]:
    ended = f"Run {story.run.run} {ENDED[story.run.state]}: {passed(story):,} of {story.run.steps:,} steps have passed"
    yield f"{ended} in {seconds(took)}." if (took := _took(story)) is not None else f"{ended}."
    if story.run.message:
        yield f"{story.run.message.removesuffix('.')}."
    if story.reached is None:
        yield "Nobody has read back the state it led to."
    else:
        _, all_ = total(story.reached.parity)
        left = len(story.reached.changes)
        yield (
            f"{left:,} of {all_:,} facts differ from the desired state."
            if left
            else f"All {all_:,} facts are as desired."
        )
    yield _probed(story.verification) if story.verification else "Behaviour was not verified."


def _probed(found: Verification) -> str:
    """How many probes were made, and how they ended."""
    if not found.probes:
        return "No probe was made."
    missed = found.outcomes(Outcome.NOT_EXAMINABLE)
    rest = f"; {missed:,} could not be made" if missed else ""
    passed = f"{found.outcomes(Outcome.PASSED):,} of {found.examined:,} probes passed"
    ages = ", ".join(f"{found.aged(since):,} {label}" for since, label in FAULTS.items() if found.aged(since))
    return f"{passed}{f' ({ages})' if ages else ''}{rest}."


def good(story: Story) -> bool:
    """The run is done, led where it should, and whoever verified it found nothing that it broke."""
    reached = story.reached is not None and story.reached.equal
    kept = all(one.survived for one in story.survivals)
    verified_good = story.verification is None or story.verification.good
    return story.run.state is State.DONE and reached and kept and verified_good


def passed(story: Story) -> int:
    """Steps whose effect is there."""
    return sum(step.state in (Begun.DONE, Begun.SKIPPED) for step in story.steps)


def about(story: Story) -> Pairs:
    """Where, what, by whom and when."""
    run = story.run
    said = (
        ("target", story.target),
        ("desired", story.desired),
        ("run", f"{run.run}, {run.kind.value}{f' of run {run.undoes}' if run.undoes else ''}: {run.state.value}"),
        ("by", _by(story)),
        ("began", moment(run.began)),
        ("ended", moment(run.ended) if run.ended else "nobody has told"),
        ("plan", run.plan),
        ("seachange", run.seachange),
    )
    return tuple((label, text) for label, text in said if text)


def _by(story: Story) -> str:
    run = story.run
    start = " on ".join(part for part in (run.system_user_name, run.host) if part)
    address = run.address.removesuffix("/32").removesuffix("/128") if run.address else "a local socket"
    return f"role {run.role}, started by {start}, over {address}" if start else f"role {run.role}, over {address}"


def moment(when: datetime) -> str:
    """A moment with its time zone, to the second."""
    return f"{when:%Y-%m-%d %H:%M:%S} {when.tzname() or ''}".rstrip()


def figures(story: Story) -> Iterator[Figure]:
    """What was done, and what came of it."""
    yield Figure("steps passed", f"{passed(story):,}", note=f"of {story.run.steps:,}")
    again = sum(step.attempts - 1 for step in story.steps)
    yield Figure("sent again", f"{again:,}", note="attempts beyond the first")
    yield Figure("waits", f"{len(story.waits):,}", note=_waits(story))
    if (took := _took(story)) is not None:
        yield Figure("run time", seconds(took))
    if story.survivals:
        same = sum(one.survived for one in story.survivals)
        yield Figure("tables with the same rows", f"{same:,}", note=f"of {len(story.survivals):,} that were looked at")
    if story.reached:
        equal, all_ = total(story.reached.parity)
        yield Figure("facts as desired", share(equal, all_), note=f"{equal:,} of {all_:,}")
    if story.verification:
        yield from _verified(story.verification)


def _verified(found: Verification) -> Iterator[Figure]:
    yield Figure("probes passed", f"{found.outcomes(Outcome.PASSED):,}", note=f"of {found.examined:,} that were made")
    for since, label in FAULTS.items():
        if since is not Since.UNKNOWN or found.aged(since):
            yield Figure(label, f"{found.aged(since):,}", note=f"of {len(found.failed):,} that failed")
    yield Figure(
        "not examinable", f"{found.outcomes(Outcome.NOT_EXAMINABLE):,}", note=f"of {len(found.probes):,} probes"
    )


def _waits(story: Story) -> str:
    if not story.waits:
        return ""
    each = [wait.seconds for wait in story.waits]
    return f"{seconds(sum(each))} in all, {seconds(max(each))} the longest"


def _took(story: Story) -> float | None:
    return (story.run.ended - story.run.began).total_seconds() if story.run.ended else None


def findings(story: Story) -> tuple[Finding, ...]:
    """What was found on the way, each once."""
    rehearsed = story.rehearsal.findings if story.rehearsal else ()
    found = story.verification.findings if story.verification else ()
    return tuple(dict.fromkeys((*story.plan.findings, *rehearsed, *story.findings, *found)))
