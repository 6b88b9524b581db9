"""DROP: what goes, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, ForeignTable, Index, Table
from seachange.catalog.ref import Ref
from seachange.checks.making.facts import Changes, gone, without
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import DROP_CASCADE, DropStmt, ObjectWithArgs, RangeVar, String

RELATIONS = frozenset(
    {
        nodes.OBJECT_TABLE,
        nodes.OBJECT_VIEW,
        nodes.OBJECT_MATVIEW,
        nodes.OBJECT_FOREIGN_TABLE,
        nodes.OBJECT_SEQUENCE,
        nodes.OBJECT_INDEX,
    }
)
ON_TABLE: Mapping[int, str] = {
    nodes.OBJECT_TRIGGER: "trigger",
    nodes.OBJECT_POLICY: "policy",
    nodes.OBJECT_RULE: "rule",
}
ROUTINES: Mapping[int, tuple[str, ...]] = {
    nodes.OBJECT_FUNCTION: ("function",),
    nodes.OBJECT_PROCEDURE: ("procedure",),
    nodes.OBJECT_AGGREGATE: ("aggregate",),
    nodes.OBJECT_ROUTINE: ("function", "procedure", "aggregate"),
}
PLAIN: Mapping[int, str] = {
    nodes.OBJECT_EXTENSION: "extension",
    nodes.OBJECT_LANGUAGE: "language",
    nodes.OBJECT_PUBLICATION: "publication",
    nodes.OBJECT_EVENT_TRIGGER: "event trigger",
    nodes.OBJECT_STATISTIC_EXT: "statistics object",
    nodes.OBJECT_COLLATION: "collation",
}


def drop(statement: DropStmt, world: World) -> World:
    cascade = statement.behavior == DROP_CASCADE
    for item in statement.objects:
        world = world.after(_gone(item, statement.remove_type, world, cascade=cascade))
    return world


def _gone(item: Message, kind: int, world: World, *, cascade: bool) -> Changes:
    path = item_names(item)
    if kind in RELATIONS:
        return relation(world.path(named(path)), world, cascade=cascade)
    if kind in ON_TABLE:
        return gone(Ref(ON_TABLE[kind], (*world.path(named(path[:-1])), path[-1])))
    if kind in ROUTINES:
        return gone(*routines(tree.inner(item), ROUTINES[kind], world))
    if kind in (nodes.OBJECT_TYPE, nodes.OBJECT_DOMAIN):
        fact = world.type(path)
        return gone(*(each.ref for each in (fact, *world.parts(fact.names)))) if fact else {}
    if kind == nodes.OBJECT_SCHEMA:
        return _schema(path, world)
    return gone(*_plain(PLAIN.get(kind, ""), path, world))


def named(path: Path) -> RangeVar:
    *schema, name = path
    return RangeVar(schemaname="".join(schema[-1:]), relname=name, inh=True)


def item_names(item: Message) -> Path:
    """The names in one of the objects of a statement, whatever form it has."""
    node = tree.inner(item)
    if isinstance(node, String):
        return (node.sval,)
    parts = getattr(node, "items", None) or getattr(node, "names", None) or getattr(node, "objname", None) or ()
    return tuple(name for part in parts for name in item_names(part))


def relation(path: Path, world: World, *, cascade: bool) -> Changes:
    """With its partitions; with CASCADE also what refers to it or is built on it."""
    changes: Changes = {}
    for each in (path, *_partitions(path, world)):
        fact = world.at(each)
        changes |= without(each, world)
        if cascade:
            changes |= gone(*(key.ref for key in world.referring(each)))
            if fact is not None:
                changes |= _built_on(fact.ref, world)
    return changes


def _partitions(table: Path, world: World) -> Iterator[Path]:
    for child in world.children(table):
        fact = world.at(child)
        if isinstance(fact, Table | ForeignTable) and fact.bound:
            yield child
            yield from _partitions(child, world)


def _built_on(ref: Ref, world: World) -> Changes:
    """What the catalog says cannot be without it."""
    if world.catalog is None:
        return {}
    seen, waiting = {ref}, [ref]
    changes: Changes = {}
    while waiting:
        for user in world.catalog.users(waiting.pop()) - seen:
            seen.add(user)
            fact = world.get(user)
            if fact is not None and not isinstance(fact, Column | Table | Index):
                changes |= without(user.names, world) | gone(user)
                waiting.append(user)
    return changes


def routines(item: Message, kinds: tuple[str, ...], world: World) -> Iterator[Ref]:
    """The routines that a name means, by their arguments where those are given."""
    assert isinstance(item, ObjectWithArgs)
    path = tuple(part.string.sval for part in item.objname)
    args = None if item.args_unspecified else tuple(type_of(each.type_name, world) for each in item.objargs)
    places = (path,) if len(path) > 1 else tuple((schema, *path) for schema in world.search_path)
    for kind in kinds:
        if kind == "function":
            found = (each.ref for each in world.functions(path[-1]))
            yield from (ref for ref in found if ref.names in places and args in (None, ref.args))
        else:
            refs = (Ref(kind, place, args or ()) for place in places)
            yield from (ref for ref in refs if world.get(ref))


def _schema(path: Path, world: World) -> Changes:
    """All that is in it goes along, so far as it is known."""
    before = world.catalog.facts if world.catalog else {}
    inside = (ref for ref in (*before, *world.past.moments) if ref.names[:1] == path)
    return gone(*(ref for ref in inside if world.get(ref)))


def _plain(kind: str, path: Path, world: World) -> Iterator[Ref]:
    places = [path] if len(path) > 1 else [path, *((schema, *path) for schema in world.search_path)]
    yield from (Ref(kind, place) for place in places if kind and world.get(Ref(kind, place)))
