"""From two states to a plan that PostgreSQL accepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.facts.told import Told
from seachange.catalog.fingerprint import total
from seachange.catalog.ref import Ref
from seachange.catalog.undisturbed import undisturbed
from seachange.compare import Change, Drop, Pair, changes, counted, differing
from seachange.errors import NotPlanned
from seachange.plan import Group, Plan, Volume, relations
from seachange.planner.leaning import Leaning
from seachange.planner.left_alone import left_alone, told_of, without
from seachange.planner.order import Draft, conflicts, order
from seachange.planner.renamed import Renamed, is_quiet, quietly
from seachange.planner.settling import Changes, alterations, roots, settle
from seachange.rules.defaults import born_otherwise
from seachange.rules.keeping import KEEP, make_room
from seachange.rules.quarantine import Waiting
from seachange.rules.restoring import is_back, restore
from seachange.rules.rule import Alteration, Context, Size, Steps, Users, Wishes, nobody
from seachange.rules.table import RULES
from seachange.step import Held, Step

__all__ = ["Renamed", "Size", "Wishes", "goal", "is_quiet", "plan", "remaining", "undo"]

NO_SIZES: Mapping[Path, Size] = {}
ONLINE = Wishes()


@undisturbed()
def plan(
    current: Catalog,
    desired: Catalog,
    wishes: Wishes = ONLINE,
    sizes: Mapping[Path, Size] = NO_SIZES,
    renamed: Renamed | None = None,
) -> Plan:
    """What turns `current` into `desired`, for the version of PostgreSQL that `current` was read from.

    `renamed` is the current state after the renames that somebody asked for, and the steps that lead there.
    """
    ahead = prospect(current, desired, wishes, sizes, renamed)
    groups = (*ahead.first, *_groups(ahead))
    return Plan(
        made_for=current.fingerprint,
        leads_to=ahead.around.desired.fingerprint,
        version=ahead.around.version,
        groups=groups,
        findings=tuple(told_of(ahead.left)),
        online=wishes.online,
        quarantine=wishes.quarantine,
        volumes=tuple(_volumes(groups, sizes)),
    )


@dataclass(frozen=True)
class Prospect:
    """What is to be done, before there are steps for it.

    `first` are the renames; `around` begins after them.  `left` are partitions that are left alone.
    """

    first: tuple[Group, ...]
    left: frozenset[Path]
    settled: Changes
    around: Context
    here: Leaning
    there: Leaning


def prospect(
    current: Catalog, desired: Catalog, wishes: Wishes, sizes: Mapping[Path, Size], renamed: Renamed | None
) -> Prospect:
    """What a plan will do."""
    told = renamed or Renamed(current)
    aim = goal(told.catalog, desired)
    pairs = tuple(differing(told.catalog, aim))
    _count(told.catalog, aim, pairs)
    found = counted(pairs, told.catalog, aim)
    quiet = quietly(told.catalog, aim, found)
    if quiet.catalog is not told.catalog:
        found = changes(quiet.catalog, aim)
    left = left_alone(quiet.catalog, aim)
    first = tuple(Group(step.stage, (step,)) for step in (*told.steps, *quiet.steps))
    around = Context(quiet.catalog, aim, current.origin.version or desired.origin.version, wishes, sizes)
    here, there = Leaning(around.current), Leaning(around.desired)
    settled = settle(without(found, left, quiet.catalog), around, here, there)
    around = replace(around, goes=frozenset(settled.goes), comes=frozenset(settled.comes))
    return Prospect(first, left, settled, around, here, there)


def _count(current: Catalog, aim: Catalog, pairs: Sequence[Pair]) -> None:
    """What fingerprints are made of, by what differs: to count all facts of two large states takes twice as long."""
    difference = total(new for _, new in pairs if new) - total(old for old, _ in pairs if old)
    if "total" in vars(aim):
        current.total = aim.total - difference
    else:
        aim.total = current.total + difference


def _groups(ahead: Prospect) -> tuple[Group, ...]:
    """What came to be in a larger transaction and cannot share one is planned once more, in its plain form."""
    settled, around, here, there = ahead.settled, ahead.around, ahead.here, ahead.there
    while True:
        groups = order(_drafts(settled, around, here), here, there)
        found = conflicts(groups)
        if not found:
            return groups
        if around.plainly.issuperset(found):
            raise NotPlanned(f"{next(iter(found.values())).sql} cannot be part of a transaction, but must be.")
        around = replace(around, plainly=around.plainly.union(found))


def remaining(after: Catalog, before: Catalog, desired: Catalog) -> tuple[Change, ...]:
    """What a plan that was made for `before` and `desired` has left to do, seen from the state it led to.

    What a script does not speak of is nothing to do, under whatever name it is there now.
    """
    aim = goal(before, desired)
    left = without(changes(after, aim), left_alone(after, aim), after)
    made = desired.origin.made
    return tuple(change for change in left if not (made and isinstance(change, Drop) and KINDS[change.ref.kind].left))


def undo(
    current: Catalog,
    desired: Catalog,
    wishes: Wishes = ONLINE,
    sizes: Mapping[Path, Size] = NO_SIZES,
    renamed: Renamed | None = None,
) -> Plan:
    """What leads back to `current` from where the plan to `desired` ends, and makes anew what that dropped.

    `undoing.take_back` brings back what waits in the quarantine.
    """
    return plan(goal(current, desired), current, wishes, sizes, renamed)


def _volumes(groups: Iterable[Group], sizes: Mapping[Path, Size]) -> Iterator[Volume]:
    """How large the relations are that the steps work on."""
    touched = {relation for group in groups for step in group.steps for relation in relations(step)}
    yield from (Volume(path, size.rows, size.bytes) for path in sorted(touched) if (size := sizes.get(path)))


def goal(current: Catalog, desired: Catalog) -> Catalog:
    """The desired state, with all of which it does not speak as it is now."""
    silent = desired.origin.silent | current.origin.silent
    made = desired.origin.made or current.origin.made
    if not made and all(catalog.origin.silent == silent for catalog in (current, desired)):
        return desired
    kept: dict[Ref, Fact] = {}
    for ref, fact in current.facts.items():
        left = desired.origin.made and KINDS[ref.kind].left and ref not in desired.facts
        if ref.kind in silent or (left and not (isinstance(fact, Told) and _is_gone(fact.target, desired))):
            kept[ref] = fact
    facts = {ref: fact for ref, fact in desired.facts.items() if ref.kind not in silent and not _unsaid(ref, current)}
    if desired.origin.made:
        kept |= {
            ref: _unguessed(fact, now) for ref, fact in facts.items() if fact.guessed and (now := current.get(ref))
        }
    return Catalog(facts | kept, desired.links, msgspec.structs.replace(desired.origin, made=False))


def _is_gone(ref: Ref, desired: Catalog) -> bool:
    return ref not in desired.facts and not KINDS[ref.kind].left


def _unguessed(fact: Fact, now: Fact) -> Fact:
    """What a script leaves to its server stays as it is."""
    return msgspec.structs.replace(fact, **{field: getattr(now, field) for field in fact.guessed})


def _unsaid(ref: Ref, current: Catalog) -> bool:
    return current.origin.made and KINDS[ref.kind].left and ref not in current.facts


def _drafts(settled: Changes, around: Context, here: Leaning) -> list[Draft]:
    """What each change takes, by the rule of its kind."""
    needed = _waiting(settled, here)
    taken_by = roots(settled, here, needed)
    drops = _drops(taken_by, needed, around)
    drafts = _along(taken_by, [*drops, *_creations(settled, around), *_alterations(settled, around)], around)
    _refuse_forgotten(settled, drafts)
    return drafts


def _drops(taken_by: Mapping[Ref, Ref], needed: set[Ref], around: Context) -> Iterator[Draft]:
    """What is dropped by its own name, or kept; `needed` waits aside."""
    kept = Waiting(around)
    for root in dict.fromkeys(taken_by.values()):
        rule, fact = RULES[root.kind], around.current.facts[root]
        aside = rule.aside if root in needed and root not in kept else None
        steps = KEEP[root.kind](fact, kept) if root in kept else (aside or rule.drop)(fact, around)
        for number, step in enumerate(steps):
            yield Draft(msgspec.structs.replace(step, subject=root), then=number > 0, aside=aside is not None)
    if kept:
        yield Draft(make_room(kept))


def _waiting(settled: Changes, here: Leaning) -> set[Ref]:
    """What goes, is followed by another of its name, and is needed meanwhile: by rows, or by what waits itself."""
    retaken = {(RULES[ref.kind].space, ref.names, ref.args) for ref in settled.comes}
    followed = {ref for ref in settled.goes if (RULES[ref.kind].space, ref.names, ref.args) in retaken}
    found: set[Ref] = set()
    queue = [*settled.carried, *(ref for ref in settled.goes & settled.comes if RULES[ref.kind].carry)]
    while queue:
        ref = queue.pop()
        inside = here.parts(ref) if RULES[ref.kind].holds else ()
        new = {used for part in (ref, *inside) for used in here.needs(part)} & followed - found
        found |= new
        queue.extend(new)
    return {ref for ref in found if RULES[ref.kind].aside}


def _along(taken_by: Mapping[Ref, Ref], drafts: list[Draft], around: Context) -> list[Draft]:
    """What goes along with another is taken by that one's step, which locks what PostgreSQL then locks."""
    along: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for ref, root in taken_by.items():
        along[root].add(ref)
    taken = frozenset().union(*(draft.step.takes for draft in drafts))

    def with_parts(step: Step) -> Step:
        takes = step.takes.union(*(along[ref] - taken for ref in step.takes))
        return msgspec.structs.replace(step, takes=takes, locks=_strongest((*step.locks, *_going(takes, around))))

    return [
        msgspec.structs.replace(draft, step=with_parts(draft.step)) if draft.step.takes else draft for draft in drafts
    ]


def _going(takes: Iterable[Ref], around: Context) -> Iterator[Held]:
    for ref in sorted(takes):
        rule = RULES[ref.kind]
        if rule.going is not None and (fact := around.current.get(ref)) is not None:
            yield from rule.going(fact, around)


def _strongest(locks: Iterable[Held]) -> tuple[Held, ...]:
    """One lock for each relation."""
    found: dict[Path, Held] = {}
    for held in locks:
        if held.relation not in found or held.lock > found[held.relation].lock:
            found[held.relation] = held
    return tuple(found.values())


def _creations(settled: Changes, around: Context) -> Iterator[Draft]:
    """What is said of an object may come with it unasked: then no step says it."""
    born = {ref for ref in settled.comes if _is_born(around.desired.facts[ref], settled, around)}
    for ref in settled.comes - born:
        create = restore if is_back(ref, around) else RULES[ref.kind].create
        for step in create(around.desired.facts[ref], around):
            said = (told.ref for made in step.makes for told in around.desired.said_of(made)) if born else ()
            yield Draft(msgspec.structs.replace(step, subject=ref, makes=step.makes.union(born.intersection(said))))
    yield from map(Draft, born_otherwise(settled.comes, around))


def _is_born(fact: Fact, settled: Changes, around: Context) -> bool:
    born = RULES[fact.ref.kind].born
    if born is None or not isinstance(fact, Told):
        return False
    target = fact.target
    return target in settled.comes and target not in settled.goes and born(fact, around)


def _alterations(settled: Changes, around: Context) -> Iterator[Draft]:
    for alter in settled.alters.values():
        for alteration in alterations(alter):
            yield from _in_turn(alteration.steps(alter.old, alter.new, around), alter.ref, alteration.awaits)
    for ref in settled.carried:
        carry = RULES[ref.kind].carry
        if carry is not None and "type" not in getattr(settled.alters.get(ref), "fields", ()):
            old, new = around.current.facts[ref], around.desired.facts[ref]
            retype = RULES[ref.kind].alter["type"]
            awaits = retype.awaits if isinstance(retype, Alteration) else nobody
            yield from _in_turn(carry(old, new, around), ref, awaits)


def _in_turn(steps: Steps, subject: Ref, awaits: Users) -> Iterator[Draft]:
    for number, step in enumerate(steps):
        yield Draft(msgspec.structs.replace(step, subject=subject), awaits, then=number > 0)


def _refuse_forgotten(settled: Changes, drafts: list[Draft]) -> None:
    """Every object that comes is made by some step, and every one that goes is taken by one: else a rule is wrong."""
    made = frozenset[Ref]().union(*(draft.step.makes for draft in drafts))
    taken = frozenset[Ref]().union(*(draft.step.takes for draft in drafts))
    forgotten = sorted((settled.comes - made) | (settled.goes - taken))
    if forgotten:
        raise NotPlanned(
            f"no rule makes or takes {', '.join(map(str, forgotten[:10]))}",
            hint="This is a mistake of seachange's own: please report it, with both states.",
        )
