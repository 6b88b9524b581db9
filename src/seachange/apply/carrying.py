"""The groups of a plan carried out, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from seachange.apply import alone, together
from seachange.apply.pausing import pause
from seachange.apply.work import Work
from seachange.errors import StepFailed
from seachange.plan import Group
from seachange.plan.psql import todo, todo_together
from seachange.postgres import groups
from seachange.step import Step, Way

Numbered = tuple[int, Group]
"""A group with the number of its first step."""
BATCH = 50
"""Steps in one transaction."""


def carry_out(work: Work) -> None:
    """All that is left of the plan; or of one stage everything once more that has something to do."""
    left = tuple(_left(work))
    work.hears.begins(work.plan, left[0][0] if left else sum(1 for _ in work.plan.steps) + 1)
    for batch in _batches(left) if work.terms.stage is None else ((one,) for one in left):
        pause(work, batch[0][0])
        _send_all(work, batch)


def _left(work: Work) -> Iterator[Numbered]:
    """The groups to carry out, each with the number of its first step."""
    stage, first = work.terms.stage, 1
    for group in work.plan.groups:
        over = all(work.is_over(number) for number in range(first, first + len(group.steps)))
        if not over if stage is None else stage is group.stage and not (over and group.file):
            yield first, group
        first += len(group.steps)


def _batches(left: Iterable[Numbered]) -> Iterator[tuple[Numbered, ...]]:
    """Neighbours that touch nothing that others use go in one transaction: most of a step's time is its commit."""
    batch: list[Numbered] = []
    for first, group in left:
        if batch and not (_is_quiet(group) and _is_quiet(batch[-1][1]) and _follows(first, batch)):
            yield tuple(batch)
            batch = []
        batch.append((first, group))
    if batch:
        yield tuple(batch)


def _is_quiet(group: Group) -> bool:
    """Whether it locks nothing that was there, has something to do in any case, sets nothing, and is none of people's
    own.
    """
    plain = not any(step.locks or step.undone for step in group.steps)
    return group.way is Way.GROUPED and plain and not (group.file or group.whole or group.settings)


def _follows(first: int, batch: list[Numbered]) -> bool:
    begins, (last, group) = batch[0][0], batch[-1]
    return first == last + len(group.steps) and first - begins < BATCH


def _send_all(work: Work, batch: tuple[Numbered, ...]) -> None:
    """As one; if the server refuses that, one by one, so that what comes before the refused one stays done."""
    first, group = batch[0]
    merged = Group(group.stage, tuple(step for _, each in batch for step in each.steps))
    if len(merged.steps) > 1 and _is_quiet(group) and not merged.whole and work.terms.stage is None:
        with suppress(StepFailed):
            return together.send_at_once(work, merged, first)
    for number, each in batch:
        _send(work, each, number)


def _send(work: Work, group: Group, first: int) -> None:
    again = work.terms.stage is not None
    if group.way is Way.ALONE:
        alone.send(work, group, first, again=again)
    else:
        together.send(work, group, first, _if_to_do(work, group) if again else groups.as_written)


def _if_to_do(work: Work, group: Group) -> groups.Wording:
    """The statement of a step that has something to do; of a group that builds something anew, all or none has."""
    whole, found = todo_together(group), list[bool]()

    def worded(step: Step) -> str | None:
        if not whole:
            return step.sql if groups.has_to_do(work.session, todo(work.plan, step)) else None
        if step is group.steps[0]:
            found[:] = [groups.has_to_do(work.session, whole)]
        return step.sql if found[0] else None

    return worded
