"""An order that PostgreSQL accepts, and the same one every time; what must be seen together is one group."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.plan import Group
from seachange.planner.components import components
from seachange.planner.hints import follow_hints
from seachange.planner.leaning import COLUMNS, Leaning
from seachange.rules.rule import Users, nobody, shell_of
from seachange.rules.table import RULES
from seachange.step import Lock, Stage, Step, Way

TOGETHER = 200
"""Steps that touch nothing that was there before and are sent as one transaction."""


class Draft(Struct, frozen=True):
    """A step, and which users of what it alters must be gone before.

    `then`: it comes after the draft before it.  `aside`: what it takes is put out of the way, and whoever uses it may
    go on until it is dropped.
    """

    step: Step
    awaits: Users = nobody
    then: bool = False
    aside: bool = False


def order(drafts: Sequence[Draft], current: Leaning, desired: Leaning) -> tuple[Group, ...]:
    """`drafts` so that each comes after all it needs; among those that are free, by stage and then by text.

    Raises NotPlanned where there is a cycle.
    """
    after = _successors(drafts, current, desired)
    pairs = list(_pairs(drafts))
    follow_hints([draft.step for draft in drafts], after, pairs, desired)
    nodes = _together(after, pairs)
    return tuple(_merged(_sorted(drafts, after, nodes)))


def _successors(drafts: Sequence[Draft], current: Leaning, desired: Leaning) -> list[set[int]]:
    after: list[set[int]] = [set() for _ in drafts]
    for first, then in _precedence(drafts, current, desired):
        if first != then:
            after[first].add(then)
    return after


class _Touched:
    """Which step makes, takes and alters what."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.makers: dict[Ref, int] = {}
        self.takers: dict[Ref, int] = {}
        self.alterers: defaultdict[Ref, list[int]] = defaultdict(list)
        self.committed: defaultdict[Ref, list[int]] = defaultdict(list)
        self.names: defaultdict[tuple[str, tuple[str, ...], tuple[str, ...]], list[int]] = defaultdict(list)
        for i, draft in enumerate(drafts):
            self.makers.update((ref, i) for ref in draft.step.makes)
            for ref in draft.step.takes:
                self.takers[ref] = i
                if spot := _spot(ref):
                    self.names[spot].append(i)
            for ref in draft.step.alters:
                self.alterers[ref].append(i)
                if draft.step.way is Way.COMMITTED:
                    self.committed[ref].append(i)

    def all(self, ref: Ref) -> Iterator[int]:
        """Every step that has to do with `ref`."""
        yield from (i for of in (self.makers, self.takers) if (i := of.get(ref)) is not None)
        yield from self.alterers.get(ref, ())


def _spot(ref: Ref) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """What only one object at a time can have."""
    rule = RULES[ref.kind]
    return (rule.space, ref.names, () if rule.shell else ref.args) if rule.space else None


def _precedence(drafts: Sequence[Draft], current: Leaning, desired: Leaning) -> Iterator[tuple[int, int]]:
    touched = _Touched(drafts)
    for i, draft in enumerate(drafts):
        if draft.then:
            yield i - 1, i
        making = (before for ref in draft.step.makes for before in _before_making(ref, touched, desired))
        altering = (
            before
            for ref in draft.step.alters
            for before in _before_altering(ref, draft.awaits, touched, current, desired)
        )
        taking = (before for ref in draft.step.takes for before in _before_taking(ref, i, touched, current, drafts))
        following = (before for ref in draft.step.follows for before in touched.all(ref))
        yield from ((before, i) for before in making if not _waits(drafts[before].step, draft.step, altering=True))
        yield from ((before, i) for before in chain(altering, taking))
        yield from ((before, i) for before in following if not _waits(drafts[before].step, draft.step))


def _waits(step: Step, other: Step, *, altering: bool = False) -> bool:
    """Whether `step` itself waits for something that `other` makes: that counts for more."""
    return bool((step.follows | step.alters if altering else step.follows) & other.makes)


def _before_making(ref: Ref, touched: _Touched, desired: Leaning) -> Iterator[int]:
    later = RULES[ref.kind].later
    wholes = set(desired.whole(ref))
    for used in wholes.union(desired.uses(ref)):
        if used.kind in later:
            continue
        if desired.is_mutual(ref, used):
            yield from (i for i in (touched.makers.get(shell_of(used)),) if i is not None)
            continue
        if (maker := touched.makers.get(used)) is not None:
            yield maker
        if used not in wholes or used.kind in COLUMNS:
            yield from touched.alterers.get(used, ())
    own = touched.takers.get(ref)
    if own is not None and ref in desired.catalog:
        yield own
    if spot := _spot(ref):
        yield from (i for i in touched.names.get(spot, ()) if i != own)


def _before_altering(ref: Ref, awaits: Users, touched: _Touched, current: Leaning, desired: Leaning) -> Iterator[int]:
    for used in desired.needs(ref):
        if used.kind in RULES[ref.kind].later:
            continue
        if (maker := touched.makers.get(used)) is not None:
            yield maker
        yield from touched.committed.get(used, ())
    yield from (i for of in (touched.makers, touched.takers) if (i := of.get(ref)) is not None)
    if awaits is not nobody:
        users = (user for user in current.leans(ref) if user in touched.takers and awaits(current.catalog.facts[user]))
        yield from (touched.takers[user] for user in users)


def _before_taking(ref: Ref, own: int, touched: _Touched, current: Leaning, drafts: Sequence[Draft]) -> Iterator[int]:
    """What leans on it is taken before, or altered so that it no longer does."""
    for user in current.leans(ref):
        if (taker := touched.takers.get(user)) is not None:
            yield taker
        if user not in drafts[own].step.takes and user not in touched.makers and not drafts[own].aside:
            yield from (i for i in touched.alterers.get(user, ()) if ref not in drafts[i].step.follows)
    yield from (i for i in touched.alterers.get(ref, ()) if ref not in touched.makers)


def _pairs(drafts: Sequence[Draft]) -> Iterator[tuple[int, int]]:
    """Steps of which one makes what the other takes."""
    made = {ref: i for i, draft in enumerate(drafts) for ref in draft.step.makes}
    for i, draft in enumerate(drafts):
        for ref in draft.step.takes:
            if (maker := made.get(ref)) is not None and maker != i:
                yield maker, i


def _together(after: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The steps in nodes: what is dropped and created again is one, with all that must happen between; and so is what
    is made only to be taken again.
    """
    graph: dict[int, list[int]] = {i: list(then) for i, then in enumerate(after)}
    for maker, taker in pairs:
        graph[maker].append(taker)
        graph[taker].append(maker)
    return list(components(graph))


def _sorted(drafts: Sequence[Draft], after: Sequence[set[int]], nodes: list[list[int]]) -> Iterator[Group]:
    of = {i: number for number, members in enumerate(nodes) for i in members}
    then = [{of[j] for i in members for j in after[i]} - {number} for number, members in enumerate(nodes)]
    stages = _stages(drafts, nodes, then)
    text = [min(drafts[i].step.sql for i in members) for members in nodes]
    waiting = [0] * len(nodes)
    for following in then:
        for number in following:
            waiting[number] += 1
    free = [(stages[number], text[number], number) for number, count in enumerate(waiting) if not count]
    heapq.heapify(free)
    while free:
        stage, _, number = heapq.heappop(free)
        yield Group(stage, tuple(drafts[i].step for i in _inside(drafts, after, nodes[number])))
        for following_number in then[number]:
            waiting[following_number] -= 1
            if not waiting[following_number]:
                heapq.heappush(free, (stages[following_number], text[following_number], following_number))


def _stages(drafts: Sequence[Draft], nodes: list[list[int]], then: Sequence[set[int]]) -> list[Stage]:
    """The latest stage of a node that is not after anything that needs it.  Nodes come after all they lead to."""
    stages: list[Stage] = []
    for number, members in enumerate(nodes):
        own = max((drafts[i].step.stage for i in members), key=_say)
        stages.append(min((own, *(stages[following] for following in then[number]))))
    return stages


def _say(stage: Stage) -> int:
    """In a group that makes something, what is removed on the way and who may use it do not name the stage."""
    return 0 if stage in (Stage.REMOVE, Stage.PRIVILEGES) else stage


def _weight(stage: Stage) -> int:
    """Within a group, what is removed goes first."""
    return 0 if stage is Stage.REMOVE else stage


def _inside(drafts: Sequence[Draft], after: Sequence[set[int]], members: list[int]) -> list[int]:
    """The steps of one group in order.  What is removed goes first."""
    if len(members) == 1:
        return members
    inside = set(members)
    waiting = dict.fromkeys(members, 0)
    for i in members:
        for then in after[i] & inside:
            waiting[then] += 1
    free = [(_weight(drafts[i].step.stage), drafts[i].step.sql, i) for i, count in waiting.items() if not count]
    heapq.heapify(free)
    found: list[int] = []
    while free:
        *_, i = heapq.heappop(free)
        found.append(i)
        for then in after[i] & inside:
            waiting[then] -= 1
            if not waiting[then]:
                heapq.heappush(free, (_weight(drafts[then].step.stage), drafts[then].step.sql, then))
    if len(found) < len(members):
        stuck = [drafts[i].step for i in members if i not in found]
        raise _cycle(stuck)
    return found


def _cycle(steps: Sequence[Step]) -> NotPlanned:
    named = "; ".join(sorted(step.sql.split("\n", 1)[0][:100] for step in steps))
    return NotPlanned(
        f"these steps each wait for another of them: {named}",
        hint="This is a mistake of seachange's own: please report it, with both states.",
    )


def _merged(groups: Iterator[Group]) -> Iterator[Group]:
    """Neighbours that touch nothing that was there before are one transaction, which is quicker."""
    waiting: list[Step] = []
    stage = Stage.EXTENSIONS
    for group in groups:
        if waiting and (not _is_quiet(group) or group.stage != stage or len(waiting) >= TOGETHER):
            yield Group(stage, tuple(waiting))
            waiting = []
        stage = group.stage
        if _is_quiet(group):
            waiting.extend(group.steps)
        else:
            yield group
    if waiting:
        yield Group(stage, tuple(waiting))


def _is_quiet(group: Group) -> bool:
    return all(step.way is Way.GROUPED and step.lock is Lock.NONE for step in group.steps)


def conflicts(groups: Sequence[Group]) -> Mapping[Ref, Step]:
    """What steps that cannot share a transaction touch, where they have come to be in one."""
    return {
        ref: step
        for group in groups
        if len(group.steps) > 1
        for step in group.steps
        if step.way is not Way.GROUPED
        for ref in step.makes | step.takes | step.alters
    }
