"""The groups of a plan carried out, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.apply import alone, together
from seachange.apply.pausing import pause
from seachange.apply.work import Work
from seachange.plan import Group
from seachange.plan.psql import todo, todo_together
from seachange.postgres import groups
from seachange.step import Step, Way


def carry_out(work: Work) -> None:
    """All that is left of the plan; or of one stage everything once more that has something to do."""
    left = tuple(_left(work))
    work.hears.begins(work.plan, left[0][0] if left else sum(1 for _ in work.plan.steps) + 1)
    for first, group in left:
        pause(work, first)
        _send(work, group, first)


def _left(work: Work) -> Iterator[tuple[int, Group]]:
    """The groups to carry out, each with the number of its first step."""
    stage, first = work.terms.stage, 1
    for group in work.plan.groups:
        over = all(work.is_over(number) for number in range(first, first + len(group.steps)))
        if not over if stage is None else stage is group.stage and not (over and group.file):
            yield first, group
        first += len(group.steps)


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
