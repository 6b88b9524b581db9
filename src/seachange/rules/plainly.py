"""Steps that are the same for many kinds: what one statement makes or drops, and what is put aside for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.rules.names import NAMED_AS_RELATIONS, TYPES, free_name
from seachange.rules.rule import Context, Steps
from seachange.rules.tables import aside
from seachange.sql.quote import name, path
from seachange.step import Stage, Step


def made(fact: Fact, sql: str, stage: Stage, **more: Any) -> Step:
    """The step that makes the object."""
    return Step(sql=sql, stage=stage, makes=frozenset({fact.ref}), **more)


def altered(fact: Fact, sql: str, stage: Stage, **more: Any) -> Step:
    """A step that changes the object in place."""
    return Step(sql=sql, stage=stage, alters=frozenset({fact.ref}), **more)


def taken(fact: Fact, sql: str, **more: Any) -> Step:
    """The step that does away with the object."""
    return Step(sql=sql, stage=Stage.REMOVE, takes=frozenset({fact.ref}), **more)


def dropped(keyword: str) -> Callable[[Fact, Context], Steps]:
    """How an object goes of which DROP says no more than its name."""

    def drop(fact: Fact, around: Context) -> Steps:
        yield taken(fact, f"DROP {keyword} {path(fact.names)}")

    return drop


def put_aside(keyword: str) -> Callable[[Fact, Context], Steps]:
    """How an object gets out of the way under another name, and is dropped when nothing needs it any more."""

    def aside(fact: Fact, around: Context) -> Steps:
        yield aside_by(
            fact, f"ALTER {keyword} {path(fact.names)} RENAME TO {name(aside_name(fact, around)[-1])}", around
        )
        yield dropped_aside(fact, f"DROP {keyword} {path(aside_name(fact, around))}", around)

    return aside


def aside_by(fact: Fact, sql: str, around: Context, follows: frozenset[Ref] = frozenset()) -> Step:
    """The step that puts the object out of the way."""
    return Step(
        sql=sql,
        stage=Stage.REMOVE,
        takes=frozenset({fact.ref}),
        makes=frozenset({_waiting(fact, around)}),
        follows=follows,
    )


def dropped_aside(fact: Fact, sql: str, around: Context) -> Step:
    """The step that drops it at last: after its successor is there, and after all that used it."""
    return Step(
        sql=sql,
        stage=Stage.REMOVE,
        takes=frozenset({_waiting(fact, around)}),
        follows=frozenset({fact.ref, *_users(fact, around)}),
    )


def _waiting(fact: Fact, around: Context) -> Ref:
    return Ref(fact.ref.kind, aside_name(fact, around), fact.ref.args)


def _users(fact: Fact, around: Context) -> Iterator[Ref]:
    """Everything that uses it, or one of its parts; what waits itself, under the name that it waits under."""
    parts = (part.ref for part in around.current.parts(fact.names, Fact))
    for used in (fact.ref, *parts):
        for user in around.current.users(used):
            yield user
            if user in around.goes:
                if (table := _table_aside(user, around)) is not None:
                    yield table
                yield from (_waiting(each, around) for each in _wholes(user, around))


def _table_aside(user: Ref, around: Context) -> Ref | None:
    """The table that waits with what uses the type, until its rows are brought over."""
    table = around.current.get(Ref("table", user.names[:2]))
    if not isinstance(table, Table) or table.ref not in around.goes & around.comes:
        return None
    return Ref("table", (aside(table, around), table.names[-1]))


def _wholes(ref: Ref, around: Context) -> Iterator[Fact]:
    """What may wait in its stead: itself, or the type that it is a part of."""
    types = (Ref(kind, ref.names[:-1]) for kind in TYPES)
    return (fact for each in (ref, *types) if (fact := around.current.get(each)) is not None)


def aside_name(fact: Fact, around: Context) -> Path:
    """A name that nothing has, before and after."""
    return free_name(fact.names, "old", around, {fact.ref.kind, *NAMED_AS_RELATIONS})
