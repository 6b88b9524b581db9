"""What a run did: its stages and steps, whom it waited for, what it locked and wrote anew, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, groupby

import msgspec

from seachange.catalog.facts import Path
from seachange.migrate.story import Story
from seachange.plan.report import subject
from seachange.plan.words import amount, place
from seachange.postgres.ledger import Begun, Blocker, Taken, Why
from seachange.postgres.measuring import Measured
from seachange.report import Listing, Passage, Section, Span, Table, Timeline
from seachange.report.chart import seconds
from seachange.sql.parse import without_secrets
from seachange.step import Lock, Risk, Stage, Step

WAITED = {
    Why.LOCK: "waited for a lock",
    Why.DEADLOCK: "waited after a deadlock",
    Why.GUARD: "waited for transactions in the way",
    Why.LAG: "waited for a standby",
    Why.WINDOW: "waited for its hours",
    Why.SNAPSHOT: "waited for older snapshots",
}
STOPS = "under locks that stop writers"
SINCE = "From the moment when the run began.  A stage to which the plan comes back is told once, with all that it took."
QUERY = 120
RESTORE = "; restore: "
"""What stands in the words on a backup before the command that restores it."""


class Event(msgspec.Struct, frozen=True):
    """A step or a wait, in seconds since the run began; `sent` is when the statement of a step began to pass."""

    number: int
    begin: float
    end: float
    sent: float = 0.0
    rows: int = 0
    wait: str = ""


def timeline(story: Story) -> Timeline:
    """The stages in the order in which they began, with what was before the first step and after the last."""
    events = sorted(_events(story), key=lambda event: (event.number, event.begin))
    steps = list(story.plan.steps)
    stretches: dict[Stage, list[list[Event]]] = {}
    for stage, of in groupby(events, key=lambda event: steps[event.number - 1].stage):
        stretches.setdefault(stage, []).append(list(of))
    spans = sorted((_span(stage, found, steps) for stage, found in stretches.items()), key=lambda span: span.begin)
    return Timeline("Timeline", tuple(_framed(spans, story)), note=SINCE)


def _events(story: Story) -> Iterator[Event]:
    began = story.run.began
    for step in story.steps:
        begin = _since(began, step.began)
        sent = begin + step.waited
        yield Event(step.number, begin, sent + step.seconds, sent, step.rows or 0)
    for wait in story.waits:
        begin = _since(began, wait.began)
        yield Event(wait.step, begin, begin + wait.seconds, wait=WAITED[wait.why])


def _span(stage: Stage, stretches: list[list[Event]], steps: list[Step]) -> Span:
    """A stage; the plan can come back to it after others."""
    events = list(chain.from_iterable(stretches))
    parts = tuple((min(event.begin for event in each), max(event.end for event in each)) for each in stretches)
    taken = [event for event in events if not event.wait]
    rows = sum(event.rows for event in taken)
    note = f"{_plural(len(taken), 'step')}{f', {rows:,} rows filled' if rows else ''}"
    waits = (Span(event.wait, event.begin, event.end, tone="wait") for event in events if event.wait)
    locks = (
        Span(STOPS, event.sent, event.end, tone="lock") for event in taken if steps[event.number - 1].lock >= Lock.SHARE
    )
    begin, end = min(begin for begin, _ in parts), max(end for _, end in parts)
    return Span(f"{stage.value:02} {stage.name.lower()}", begin, end, note, marks=(*waits, *locks), parts=parts)


def _framed(spans: list[Span], story: Story) -> Iterator[Span]:
    if not spans:
        return
    first, last = min(span.begin for span in spans), max(span.end for span in spans)
    if first > 0:
        yield Span("before the first step", 0.0, first)
    yield from spans
    if story.run.ended is not None and (end := _since(story.run.began, story.run.ended)) > last:
        yield Span("after the last step", last, end)


def _since(began: datetime, moment: datetime) -> float:
    return max((moment - began).total_seconds(), 0.0)


def sections(story: Story) -> Iterator[Section]:
    """Whom the run waited for, the way back, and what went; what did not occur is left out."""
    if story.waits:
        yield waits(story)
    yield way_back(story)
    if gone := _gone(story):
        yield gone


def details(story: Story) -> Iterator[Table]:
    """Each step, each lock, and each table that is written anew or read whole."""
    if story.steps:
        yield _steps(story)
    if any(step.locks for step in story.plan.steps):
        yield _locks(story)
    if work := tuple(_work(story)):
        yield Table(
            "Tables written anew or read whole",
            ("step", "relation", "work", "known from", "how much there was"),
            work,
            note=MEASURED if story.rehearsal else NOT_REHEARSED,
        )


MEASURED = "Declared by the plan; measured by the rehearsal on a copy."
NOT_REHEARSED = "As the plan declares it: no rehearsal is known of."


def waits(story: Story) -> Table:
    """Each time that the run had to wait, and for whom."""
    rows = tuple(
        (
            str(wait.step),
            WAITED[wait.why],
            "; ".join(map(_blocker, wait.blockers)),
            seconds(_since(story.run.began, wait.began)),
            seconds(wait.seconds),
        )
        for wait in story.waits
    )
    return Table(
        "Waits", ("step", "why", "for whom", "at", "how long"), rows, numeric=2, note="at: since the run began."
    )


def _blocker(one: Blocker) -> str:
    who = f"process {one.pid}" if one.pid is not None else "a prepared transaction"
    role = f"role {one.role}{f' ({one.application})' if one.application else ''}"
    since = f"{one.state} for {seconds(one.seconds)}" if one.state else f"for {seconds(one.seconds)}"
    query = " ".join(without_secrets(one.query).split())
    said = f": {query if len(query) <= QUERY else f'{query[:QUERY]}…'}" if query else ""
    return f"{who}, {role}, {since}{said}"


def way_back(story: Story) -> Listing:
    """The backup with the command that restores it, and the command that takes the run back."""
    where, _, restore = story.run.backup.partition(RESTORE)
    passages = [Passage("Backup", (where or "None is known of.",), restore)]
    if story.undo:
        passages.append(Passage("Undo", ("Takes back what the run did.",), story.undo))
    return Listing("The way back", tuple(passages), language="sh")


def _gone(story: Story) -> Table | None:
    """What held rows or values and went."""
    lost = [subject(step) for step in story.plan.steps if Risk.LOSES_DATA in step.risks]
    if not lost:
        return None
    where = f"in the quarantine, labelled {story.plan.quarantine}" if story.plan.quarantine else "dropped"
    rows = tuple((name, where) for name in dict.fromkeys(lost))
    return Table("What went", ("object", "where it is"), rows)


def _steps(story: Story) -> Table:
    taken = tuple(_step(step) for step in story.steps)
    return Table(
        "Steps",
        ("", "stage", "object", "how it went", "rows", "attempts", "waited", "took"),
        taken,
        numeric=4,
        note=f"{_plural(len(story.steps), 'step')} of {story.run.steps:,} begun.  took: the statement when it passed; "
        "waited: attempts that did not get their locks, and the pauses after them.",
    )


def _step(step: Taken) -> tuple[str, ...]:
    about = step.subject or " ".join(step.sql.split())[:60]
    how = f"{step.state.value}: {step.message}" if step.message else step.state.value
    times = (seconds(step.waited) if step.waited else "", seconds(step.seconds) if step.state is Begun.DONE else "")
    rows = "" if step.rows is None else f"{step.rows:,}"
    return (str(step.number), step.stage, about, how, rows, f"{step.attempts:,}", *times)


def _locks(story: Story) -> Table:
    """Each relation once, with the strongest lock that the plan declares and that the rehearsal saw."""
    declared = _strongest((held.relation, held.lock) for step in story.plan.steps for held in step.locks)
    rehearsed = story.rehearsal.plan.steps if story.rehearsal else ()
    measured = _strongest((held.relation, held.lock) for step in rehearsed for held in step.measured.locks)
    rows = tuple(
        (
            place(relation),
            _words(declared, relation),
            _words(measured, relation),
            amount(story.plan.sizes.get(relation)),
        )
        for relation in sorted(declared.keys() | {each for each, lock in measured.items() if lock > Lock.ROW_SHARE})
    )
    note = MEASURED if story.rehearsal else NOT_REHEARSED
    return Table("Locks", ("relation", "strongest declared", "on the copy", "how much there was"), rows, note=note)


def _strongest(held: Iterable[tuple[Path, Lock]]) -> Mapping[Path, Lock]:
    return dict(sorted(held, key=lambda each: each[1]))


def _words(locks: Mapping[Path, Lock], relation: Path) -> str:
    return locks[relation].words.lower() if relation in locks else ""


def _work(story: Story) -> Iterator[tuple[str, ...]]:
    rehearsed = {taken.number: taken.measured for taken in story.rehearsal.plan.steps} if story.rehearsal else {}
    for number, step in enumerate(story.plan.steps, 1):
        measured = rehearsed.get(number, Measured())
        for work, declared, seen in (
            ("written anew", step.rewrites, measured.rewritten),
            ("read whole", step.scans, measured.scanned),
        ):
            for relation in sorted(declared.union(seen)):
                told = (("declared", relation in declared), ("measured", relation in seen))
                how = " and ".join(word for word, so in told if so)
                yield (str(number), place(relation), work, how, amount(story.plan.sizes.get(relation)))


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
