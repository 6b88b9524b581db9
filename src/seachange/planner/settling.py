"""What comes, goes and changes: what cannot be altered is built anew, and so is all that leans on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.compare import Alter, Change, Create, Drop
from seachange.planner.components import components
from seachange.planner.leaning import Leaning
from seachange.rules.rule import Alteration, Context, Users
from seachange.rules.table import RULES


@dataclass
class Changes:
    """What is to be done with each object.  `carried` outlive the rebuilding of something they need."""

    goes: set[Ref] = field(default_factory=set)
    comes: set[Ref] = field(default_factory=set)
    alters: dict[Ref, Alter] = field(default_factory=dict)
    carried: set[Ref] = field(default_factory=set)


def settle(changes: Iterable[Change], around: Context, current: Leaning, desired: Leaning) -> Changes:
    """The changes, where what cannot be altered is dropped and created, and so is all that leans on it."""
    return _Settling(around, current, desired).settled(changes)


class _Settling:
    """The closure over what leans on what."""

    def __init__(self, around: Context, current: Leaning, desired: Leaning) -> None:
        self.around = around
        self.current = current
        self.desired = desired
        self.found = Changes()
        self.queue: list[Ref] = []

    def settled(self, changes: Iterable[Change]) -> Changes:
        found = self.found
        for change in changes:
            self._take(change)
        for ref, alter in tuple(found.alters.items()):
            self._alter(ref, alter)
        for ref in tuple(found.comes):
            self._displace(ref)
        for ref in tuple(found.goes):
            self._drop_whole(ref)
        while self.queue:
            self._follow(self.queue.pop())
        for ref in found.goes & found.alters.keys():
            del found.alters[ref]
        found.carried -= found.goes
        return found

    def _take(self, change: Change) -> None:
        match change:
            case Create(new=new):
                self.found.comes.add(new.ref)
            case Drop(old=old):
                self.found.goes.add(old.ref)
                self.queue.append(old.ref)
            case Alter(old=old):
                self.found.alters[old.ref] = change

    def _alter(self, ref: Ref, alter: Alter) -> None:
        if ref in self.found.goes:
            return
        if not _is_possible(alter, self.around):
            self._rebuild(ref)
            return
        for alteration in alterations(alter):
            self._disturb(ref, alteration.disturbs)

    def _disturb(self, ref: Ref, disturbs: Users) -> None:
        for user in self.current.leans(ref):
            fact = self.around.current.facts.get(user)
            if fact is not None and disturbs(fact):
                self._rebuild(user)

    def _displace(self, ref: Ref) -> None:
        displaces = RULES[ref.kind].displaces
        if displaces is not None:
            for other in displaces(self.around.desired.facts[ref], self.around):
                self._rebuild(other)

    def _drop_whole(self, ref: Ref) -> None:
        """What goes only with another takes that with it for a while."""
        whole = RULES[ref.kind].whole
        if whole is not None:
            self._rebuild(whole(self.around.current.facts[ref], self.around))

    def _rebuild(self, ref: Ref) -> None:
        """Drop `ref`, or what must go in its stead, and create it anew if it is still desired."""
        old = self.around.current.facts.get(ref)
        if old is None or ref in self.found.goes:
            return
        whole = RULES[ref.kind].whole
        if whole is not None and (instead := whole(old, self.around)) != ref and instead not in self.found.goes:
            self._rebuild(instead)
            if ref in self.found.goes:
                return
        self.found.goes.add(ref)
        if ref in self.around.desired:
            self.found.comes.add(ref)
            self._displace(ref)
        self.queue.append(ref)

    def _follow(self, gone: Ref) -> None:
        """All that leans on what goes."""
        for user in self.current.leans(gone):
            if user in self.found.goes or user not in self.around.current:
                continue
            if (
                gone not in self.found.comes
                and user in self.found.alters
                and _is_possible(self.found.alters[user], self.around)
            ):
                continue  # it changes so that it no longer needs what goes
            if self._is_carried(user, gone):
                self._carry(user)
            else:
                self._rebuild(user)

    def _is_carried(self, user: Ref, gone: Ref) -> bool:
        rule = RULES[user.kind]
        if rule.carry is None or user not in self.around.desired or gone in self.current.whole(user):
            return False
        return rule.whole is None or rule.whole(self.around.current.facts[user], self.around) == user

    def _carry(self, ref: Ref) -> None:
        if ref not in self.found.carried:
            self.found.carried.add(ref)
            retype = RULES[ref.kind].alter.get("type")
            if isinstance(retype, Alteration):
                self._disturb(ref, retype.disturbs)


def _is_possible(alter: Alter, around: Context) -> bool:
    """Whether PostgreSQL can make all of the changes in place."""
    rules = (RULES[alter.ref.kind].alter[field] for field in alter.fields)
    return all(isinstance(rule, Alteration) and rule.possible(alter.old, alter.new, around) for rule in rules)


def alterations(alter: Alter) -> list[Alteration[Fact]]:
    """How the fields that differ are changed; what changes several of them at once stands once."""
    found: dict[object, Alteration[Fact]] = {}
    for changed in alter.fields:
        rule = RULES[alter.ref.kind].alter[changed]
        if isinstance(rule, Alteration):
            found.setdefault(rule.steps, rule)
    return list(found.values())


def roots(settled: Changes, current: Leaning, waiting: Set[Ref] = frozenset()) -> Mapping[Ref, Ref]:
    """For each object that goes the one whose drop takes it along: itself, where it must be dropped by name.

    Where two that are dropped need each other by some of their parts, as tables with foreign keys on each other do,
    these parts are dropped by name before.  What is `waiting` is not dropped at once: it takes only its parts along.
    What lasts until its rows are brought over loses those parts before that need what goes.
    """
    goes = settled.goes
    found = {ref: _root(ref, goes, current, waiting) for ref in goes}
    between = [
        (ref, found[ref], used)
        for ref in goes
        for used in current.catalog.uses(ref)
        if used in goes and found[used] != found[ref]
    ]
    lasting = {ref for ref in goes & settled.comes if RULES[ref.kind].lasts}
    apart = [ref for ref, user, used in between if user in lasting and used not in waiting and ref != user]
    graph: defaultdict[Ref, list[Ref]] = defaultdict(list)
    for _, user, used in between:
        graph[user].append(found[used])
    component = {ref: number for number, members in enumerate(components(graph)) for ref in members}
    apart += [ref for ref, user, used in between if component[user] == component[found[used]]]
    return {**found, **{ref: ref for ref in apart}}


def _root(ref: Ref, goes: set[Ref], current: Leaning, waiting: Set[Ref]) -> Ref:
    """Two that go along with each other, as a view and its rule do, are one."""
    seen = {ref}
    while True:
        wholes = {whole for whole in current.along(ref) if whole in goes and whole not in seen}
        above = min((whole for whole in wholes if whole not in waiting or _is_part(ref, whole, current)), default=None)
        if above is None:
            return ref
        seen.add(above)
        ref = above


def _is_part(ref: Ref, whole: Ref, current: Leaning) -> bool:
    return whole in current.whole(ref) or current.is_mutual(ref, whole)
