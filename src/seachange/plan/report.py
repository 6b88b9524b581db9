"""The report on a plan: what it does, why, whom it makes wait, and what somebody must agree to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import msgspec

from seachange.finding import Finding, Severity
from seachange.plan.plan import Group, Plan, Volume
from seachange.plan.words import notes, place, size
from seachange.report import Figure, Listing, Passage, Report, Section, Table
from seachange.step import CONSENT, Lock, Stage, Step

Pairs = tuple[tuple[str, str], ...]
LINE = 72


def report(plan: Plan, undo: Plan | None = None, about: Pairs = (), title: str = "Plan") -> Report:
    """The plan for people.  `about` tells what it was made of, and how it was tried."""
    return Report(
        title=title,
        verdict=_verdict(plan),
        good=not plan.consent,
        about=about,
        figures=tuple(_figures(plan, undo)),
        sections=tuple(_sections(plan)),
        findings=plan.findings,
    )


def brief(plan: Plan, about: Pairs, title: str, seconds: Mapping[Stage, float]) -> Report:
    """The plan without its statements: what somebody reads before saying yes.  `seconds` is what each stage took on the
    copy.
    """
    rows = []
    for stage, groups in groupby(plan.groups, key=lambda group: group.stage):
        steps = [step for group in groups for step in group.steps]
        lock = max(step.lock for step in steps)
        took = f"{seconds[stage]:.2f} s" if stage in seconds else ""
        rows.append((_name(stage), lock.words.lower(), f"{len(steps):,}", took))
    whole = report(plan, None, about, title)
    stages = Table("Stages", ("stage", "strongest lock", "steps", "on the copy"), tuple(rows), numeric=2)
    tables = (section for section in whole.sections if isinstance(section, Table))
    return msgspec.structs.replace(whole, sections=(stages, *tables), findings=tuple(_worth(plan.findings)))


def _worth(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What must not be overlooked, each with the name of what it is about."""
    for one in findings:
        if one.severity is not Severity.NOTE:
            yield (
                one if one.about in one.message else msgspec.structs.replace(one, message=f"{one.about}: {one.message}")
            )


def _verdict(plan: Plan) -> str:
    if not plan.groups:
        return "There is nothing to do: the current state is the desired one."
    does = f"{_count(len(list(plan.steps)), 'step')} in {_count(len(plan.groups), 'group')} lead to the desired state"
    if not plan.consent:
        return f"{does}; nothing in them needs anybody's consent."
    return f"{does}; they need consent to: {', '.join(sorted(plan.consent))}."


def _figures(plan: Plan, undo: Plan | None) -> Iterator[Figure]:
    steps = list(plan.steps)
    yield Figure("steps", f"{len(steps):,}")
    yield Figure("that need consent", f"{sum(bool(step.risks & CONSENT) for step in steps):,}")
    strongest = max((step.lock for step in steps), default=Lock.NONE)
    yield Figure("is the strongest lock", strongest.words.lower())
    if undo is not None:
        yield Figure("steps back", f"{len(list(undo.steps)):,}")


def _sections(plan: Plan) -> Iterator[Section]:
    if plan.consent:
        yield _consent(plan)
    if any(step.locks for step in plan.steps):
        yield _locks(plan)
    for stage, groups in groupby(plan.groups, key=lambda group: group.stage):
        yield _listing(plan, stage, groups)


def _consent(plan: Plan) -> Table:
    rows = ((risk, subject(step)) for step in plan.steps for risk in sorted(step.risks & CONSENT))
    return Table("Needs consent", ("risk", "object"), tuple(dict.fromkeys(rows)))


def _locks(plan: Plan) -> Table:
    """Each relation once, with the strongest lock that is taken on it."""
    strongest = {
        held.relation: held.lock
        for held in sorted((held for step in plan.steps for held in step.locks), key=lambda held: held.lock)
    }
    rows = tuple(
        (place(relation), strongest[relation].words.lower(), *_held(plan.sizes.get(relation)))
        for relation in sorted(strongest)
    )
    return Table("Locks on what is there", ("relation", "strongest lock", "rows", "size"), rows, numeric=2)


def _held(volume: Volume | None) -> tuple[str, str]:
    return (f"{volume.rows:,}", size(volume.bytes)) if volume else ("?", "?")


def _listing(plan: Plan, stage: Stage, groups: Iterable[Group]) -> Listing:
    passages = tuple(
        Passage(subject(step), tuple(_notes(plan, group, step)), f"{step.sql};")
        for group in groups
        for step in group.steps
    )
    return Listing(_name(stage), passages)


def _name(stage: Stage) -> str:
    return f"{stage.value:02} {stage.name.lower()}"


def _notes(plan: Plan, group: Group, step: Step) -> Iterator[str]:
    yield from notes(plan, step)
    if group.file:
        yield f"From {group.file}."


def subject(step: Step) -> str:
    """What a step is about: the object it serves, or how it begins."""
    if step.subject is not None:
        return str(step.subject)
    first = step.sql.split("\n", 1)[0]
    return first if len(first) <= LINE else f"{first[:LINE]}…"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
