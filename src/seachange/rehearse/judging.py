"""What is wrong with what a rehearsal has shown, and what differs from where the plan should have led."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.facts.told import Owner, Told
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Alter, Change, Drop, verb
from seachange.finding import Finding, Severity
from seachange.planner.left_alone import left_alone, without
from seachange.rehearse.rehearsal import Passage, Taken
from seachange.sql.parse import without_secrets
from seachange.step import Lock

SHOWN = 10
NOTICED = Lock.SHARE_UPDATE_EXCLUSIVE
"""Below it are the locks that reading and writing take, which stop nobody but who takes the strongest."""
BLOCKING = Lock.SHARE
"""From this lock on, somebody who reads or writes has to wait."""


class Expected(msgspec.Struct, frozen=True):
    """Where a plan should lead.

    `made`: a script says so, and is silent on owners.  `unlike` is what the copy has otherwise than the target from the
    beginning; `runs` who runs the plan on the copy, and `owns` who will on the target.
    """

    goal: Catalog
    before: Catalog
    made: bool = False
    unlike: frozenset[Ref] = frozenset()
    runs: str = ""
    owns: str = ""


def whole(aim: Catalog, before: Catalog, target: Catalog) -> Catalog:
    """The state that the copy should come to: what the plan is for, and what is beyond its scope as it was."""
    beyond = {
        ref: fact
        for ref, fact in before.facts.items()
        if ref not in target.facts and ref not in aim.facts and not _is_of_what_goes(fact, aim, target)
    }
    return Catalog({**aim.facts, **beyond}, aim.links, aim.origin)


def _is_of_what_goes(fact: Fact, aim: Catalog, target: Catalog) -> bool:
    return isinstance(fact, Told) and fact.target in target.facts and fact.target not in aim.facts


def left(after: Catalog, expected: Expected) -> tuple[Change, ...]:
    """What differs from where the plan should have led, and is not the copy's own fault."""
    found = without(changes(after, expected.goal), left_alone(after, expected.goal), after)
    return tuple(change for change in found if not _excused(change, after, expected))


def _excused(change: Change, after: Catalog, expected: Expected) -> bool:
    ref = change.ref
    if KINDS[ref.kind].cluster or (ref in expected.unlike and after.get(ref) == expected.before.get(ref)):
        return True
    if isinstance(change, Alter) and change.fields == ("version",):
        return True
    if expected.made and isinstance(change, Drop) and KINDS[ref.kind].left:
        return True
    return isinstance(change, Alter) and _same_hand(change, expected)


def _same_hand(change: Alter, expected: Expected) -> bool:
    """Whether the owner is whoever runs the plan: somebody else here than there."""
    old, new = change.old, change.new
    return isinstance(old, Owner) and isinstance(new, Owner) and (old.role, new.role) == (expected.runs, expected.owns)


def judged(passage: Passage, what: str) -> Iterator[Finding]:
    """What is wrong; `what` is the plan, or the undo."""
    yield from _refused(passage, what)
    for step in passage.steps:
        yield from _locked(step, what)
        yield from _rewritten(step, what)
    yield from _lost(passage, what)
    if passage.refusal is None:
        yield from _elsewhere(passage, what)
        yield from _dumped(passage, what)


def _refused(passage: Passage, what: str) -> Iterator[Finding]:
    if refusal := passage.refusal:
        yield Finding(
            check="step-refused",
            severity=Severity.ERROR,
            about=f"step {refusal.number} of the {what}",
            message=f"The server refused step {refusal.number} of the {what} ({refusal.code}): {refusal.said}; "
            f"the statement was: {_shortly(without_secrets(refusal.sql))}",
            advice=refusal.advice,
        )


def _locked(step: Taken, what: str) -> Iterator[Finding]:
    for held in step.measured.worse:
        if held.lock < NOTICED:
            continue
        said = max((one.lock for one in step.declared if one.relation == held.relation), default=Lock.NONE)
        yield Finding(
            check="lock-worse",
            severity=Severity.ERROR if held.lock >= BLOCKING else Severity.NOTE,
            about=_name(held.relation),
            message=f"Step {step.number} of the {what} locks {_name(held.relation)} in {held.lock.words} mode; "
            f"the plan says {said.words if said else 'nothing of it'}: {_shortly(without_secrets(step.sql))}",
            advice="Have the step say so, so that people can agree to it, or do it in a way that locks less.",
        )


def _rewritten(step: Taken, what: str) -> Iterator[Finding]:
    for table in step.undeclared:
        yield Finding(
            check="rewrite-undeclared",
            severity=Severity.ERROR,
            about=_name(table),
            message=f"Step {step.number} of the {what} writes {_name(table)} anew, which the plan does not say: "
            f"{_shortly(without_secrets(step.sql))}",
            advice="Have the step say so, or do it in a way that leaves the table as it is.",
        )


def _lost(passage: Passage, what: str) -> Iterator[Finding]:
    for row in passage.rows:
        if not row.survived:
            number = f"{row.before:,} rows became {row.after:,}" if row.before != row.after else "values are others"
            yield _loss(_name(row.table), f"The {what} does not leave {_name(row.table)} its rows: {number}.")
    for one in passage.lost:
        if not one.declared and one.rows:
            yield _loss(
                str(one.ref), f"The {what} does away with {one.ref}, which held {one.rows:,} rows, and does not say so."
            )


def _loss(about: str, message: str) -> Finding:
    advice = "If that is meant, have the step say that it loses data; if not, correct the plan."
    return Finding("rows-lost", Severity.ERROR, about, message, advice)


def _elsewhere(passage: Passage, what: str) -> Iterator[Finding]:
    if passage.left:
        named = _some(f"{verb(change)} {change.ref}" for change in passage.left)
        undo = what == "undo"
        yield Finding(
            check="undo-elsewhere" if undo else "not-converged",
            severity=Severity.ERROR,
            about=f"{len(passage.left):,} differences",
            message=f"The {what} does not lead {'back' if undo else 'to the desired state'}; still to do: {named}.",
            advice="Correct the plan, or make it anew; if seachange made it so, please report both states.",
        )


def _dumped(passage: Passage, what: str) -> Iterator[Finding]:
    if passage.dump:
        both = (*(f"missing: {one}" for one in passage.dump.missing), *(f"extra: {one}" for one in passage.dump.extra))
        yield Finding(
            check="dump-differs",
            severity=Severity.ERROR,
            about=f"{len(both):,} statements",
            message=f"pg_dump does not say the same of the copy after the {what} as of the state it should lead to; "
            f"{_some(map(_shortly, both))}",
            advice="See what differs; if seachange sees no difference there, please report it.",
        )


def _some(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more


def _shortly(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 160 else f"{line[:160]}…"


def _name(names: Path) -> str:
    return ".".join(names)
