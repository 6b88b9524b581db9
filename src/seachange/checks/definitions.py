"""What a state keeps as SQL: the queries of views, the conditions of indexes, policies and triggers, bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message
from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, MaterializedView, Policy, Trigger, View
from seachange.catalog.facts.routines import Routine
from seachange.checks.routines import body, called, routines, search_path
from seachange.checks.scopes import Placed, Scope, placed, relation_source, standing
from seachange.checks.world import World, spelled
from seachange.sql.nodes import RangeVar
from seachange.sql.quote import name
from seachange.sql.tree import NotParsed, expression, tree


class Definition(Struct, frozen=True):
    """SQL that an object is made of: what to call the object, whom it concerns, and the expressions in it."""

    what: str
    about: str
    expressions: Iterable[Placed]


def definitions(world: World) -> Iterator[Definition]:
    """All of them."""
    yield from _views(world)
    yield from _conditions(world)
    for routine in routines(world):
        yield Definition(f"the {routine.ref.kind} {called(routine)}", called(routine), _of_body(routine, world))


def _views(world: World) -> Iterator[Definition]:
    views: tuple[View | MaterializedView, ...] = (*world.of(View), *world.of(MaterializedView))
    for view in views:
        named = spelled(view.names)
        yield Definition(f"the {view.ref.kind} {named}", named, _of_query(view.definition, world))


def _conditions(world: World) -> Iterator[Definition]:
    for index in world.of(Index):
        if index.predicate:
            expressions = _of_condition(index.predicate, index.table, world)
            yield Definition(f"the index {spelled(index.names)}", spelled(index.table), expressions)
    for policy in world.of(Policy):
        table, named = policy.names[:-1], name(policy.names[-1])
        for text in filter(None, (policy.using, policy.check)):
            expressions = _of_condition(text, table, world)
            yield Definition(f"the policy {named} of {spelled(table)}", spelled(table), expressions)
    for trigger in world.of(Trigger):
        if " WHEN (" in trigger.definition:
            of, named = spelled(trigger.names[:-1]), name(trigger.names[-1])
            yield Definition(f"the trigger {named} of {of}", of, _of_query(trigger.definition, world))


def _of_query(sql: str, world: World) -> Iterator[Placed]:
    try:
        node = tree(sql)
    except NotParsed:
        return
    if node is not None:
        yield from placed(node, world)


def _of_condition(text: str, table: Path, world: World) -> Iterator[Placed]:
    node = expression(f"({text})")
    if node is not None:
        source = relation_source(RangeVar(schemaname=table[0], relname=table[1]), world)
        yield standing(node, Scope((source,)), "where")


def _of_body(routine: Routine, world: World) -> Iterator[Placed]:
    for node, seen in statements_of(routine, world):
        yield from placed(node, seen)


def statements_of(routine: Routine, world: World) -> Iterator[tuple[Message, World]]:
    """What stands in a body, with the world as the routine looks at it."""
    found = body(routine)
    seen = looking(routine, world)
    for each in found.inner if found else ():
        if each.node is not None:
            yield each.node, seen


def looking(routine: Routine, world: World) -> World:
    """The world as a routine looks at it; what is known of relations stays known."""
    seen = replace(world, search_path=search_path(routine, world))
    seen.__dict__["outputs"] = world.__dict__.setdefault("outputs", {})
    return seen
