"""Routines of one name: a call may mean another of them as soon as that is there, or none for sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.rules.rule import Context

KINDS = frozenset({"function", "procedure", "aggregate"})


def before(ref: Ref, around: Context) -> frozenset[Ref]:
    """What the drop of a routine takes, for others of its name to make: they come next, in the same transaction.

    What called the old one is created again in between, and then means the new one.  Where something is only altered
    to call another, that must be there first.
    """
    if ref in around.comes or not _is_left_by_all(ref, around):
        return frozenset()
    return frozenset(_turn(ref, other) for other in _called(ref.names, around.comes) if other not in around.goes)


def after(ref: Ref, around: Context) -> frozenset[Ref]:
    """What the creation of a routine makes of that."""
    if ref in around.goes:
        return frozenset()
    return frozenset(
        _turn(other, ref)
        for other in _called(ref.names, around.goes)
        if other not in around.comes and _is_left_by_all(other, around)
    )


def callers_of_others(fact: Fact, around: Context) -> Iterator[Ref]:
    """What calls another of this name that goes: while both are there, it can be changed to call neither for sure."""
    for other in _routines(around.current).get(fact.names, ()):
        if other not in around.desired:
            users = (user for user in around.current.users(other) if user in around.desired)
            yield from (user for user in users if not user.kind.endswith("column"))


@lru_cache(maxsize=2)
def _routines(catalog: Catalog) -> Mapping[tuple[str, ...], list[Ref]]:
    return _by_name(frozenset(ref for ref in catalog.facts if ref.kind in KINDS))


def _turn(old: Ref, new: Ref) -> Ref:
    return Ref(old.kind, old.names, (*old.args, "then", new.kind, *new.args))


def _called(names: tuple[str, ...], refs: frozenset[Ref]) -> Iterator[Ref]:
    yield from _by_name(refs).get(names, ())


@lru_cache(maxsize=4)
def _by_name(refs: frozenset[Ref]) -> Mapping[tuple[str, ...], list[Ref]]:
    found: defaultdict[tuple[str, ...], list[Ref]] = defaultdict(list)
    for ref in refs:
        if ref.kind in KINDS:
            found[ref.names].append(ref)
    return found


def _is_left_by_all(ref: Ref, around: Context) -> bool:
    """Everything that leans on it goes, too."""
    queue, found = [ref], {ref}
    while queue:
        for user in around.current.users(queue.pop()) - found:
            if user not in around.goes:
                return False
            found.add(user)
            queue.append(user)
    return True
