"""DROP, and whom it touches besides what goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.message import Message

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import (
    Column,
    DefaultValue,
    ForeignTable,
    Index,
    MaterializedView,
    Policy,
    Rule,
    Sequence,
    Statistics,
    Table,
    TableConstraint,
    Trigger,
    View,
)
from seachange.catalog.ref import Ref
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    default_partition,
    locking,
    named,
    together,
)
from seachange.checks.doing.indexes import drop_index
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import DROP_CASCADE, DropStmt, RangeVar, String
from seachange.step import Lock

OF_TABLE = (Column, DefaultValue, TableConstraint, Trigger, Policy, Rule)
RELATIONS = (Table, View, MaterializedView, ForeignTable, Sequence)
ON_TABLE = frozenset({nodes.OBJECT_TRIGGER, nodes.OBJECT_RULE, nodes.OBJECT_POLICY})
OF_RELATIONS = frozenset(
    {
        nodes.OBJECT_TABLE,
        nodes.OBJECT_VIEW,
        nodes.OBJECT_MATVIEW,
        nodes.OBJECT_FOREIGN_TABLE,
        nodes.OBJECT_SEQUENCE,
    }
)


def dropped(statement: DropStmt, world: World, version: int) -> Effects:
    cascade = statement.behavior == DROP_CASCADE
    return together(_dropped(each, statement, world, cascade=cascade) for each in statement.objects)


def _dropped(item: Message, statement: DropStmt, world: World, *, cascade: bool) -> Effects:
    kind, names = statement.remove_type, _names(item)
    if kind == nodes.OBJECT_INDEX:
        return drop_index(range_var(names), world, concurrent=statement.concurrent)
    if kind in ON_TABLE:
        return locking(Lock.ACCESS_EXCLUSIVE, *named(range_var(names[:-1]), world))
    if kind in OF_RELATIONS:
        return together(_relation(path, world, cascade=cascade) for path in named(range_var(names), world))
    if kind == nodes.OBJECT_STATISTIC_EXT:
        return _statistics(names, world)
    if kind == nodes.OBJECT_SCHEMA and cascade:
        facts = (fact for kind in RELATIONS for fact in world.of(kind) if fact.names[:1] == names)
        return together(_relation(fact.names, world, cascade=True) for fact in facts)
    return together(_users(ref, world) for ref in _refs(kind, names, world)) if cascade else NOTHING


def _names(item: Message) -> Path:
    """The names in one of the objects of a DROP, whatever form it has."""
    node = tree.inner(item)
    parts = getattr(node, "items", None) or getattr(node, "names", None) or getattr(node, "objname", None)
    if parts is None:
        return (node.sval,) if isinstance(node, String) else ()
    return tuple(name for part in parts for name in _names(part))


def range_var(names: Path) -> RangeVar:
    *schema, name = names
    return RangeVar(schemaname="".join(schema[-1:]), relname=name, inh=True)


def _statistics(names: Path, world: World) -> Effects:
    *schema, name = names
    found = (world.get(Ref("statistics object", (place, name))) for place in schema[-1:] or world.search_path)
    tables = (fact.table for fact in found if isinstance(fact, Statistics))
    return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables)


def _relation(path: Path, world: World, *, cascade: bool) -> Effects:
    """What goes, all that goes with it, and the tables whose triggers or bounds change by that."""
    going = world.family(path) if world.catalog is None or cascade else (path, *_partitions(path, world))
    return together((locking(Lock.ACCESS_EXCLUSIVE, *going), *_besides(going, world, cascade=cascade)))


def _partitions(table: Path, world: World) -> Iterator[Path]:
    for child in world.children(table):
        fact = world.get(Ref("table", child)) or world.get(Ref("foreign table", child))
        if isinstance(fact, Table | ForeignTable) and fact.bound:
            yield child
            yield from _partitions(child, world)


def _besides(going: tuple[Path, ...], world: World, *, cascade: bool) -> Iterator[Effects]:
    for path in going:
        fact = world.at(path)
        if isinstance(fact, Table | ForeignTable) and fact.bound:
            defaults = (each for parent in fact.parents for each in default_partition(parent, world))
            yield locking(Lock.ACCESS_EXCLUSIVE, *fact.parents, *defaults)
        for constraint in world.constraints(path):
            if constraint.references:
                yield locking(Lock.ACCESS_EXCLUSIVE, *world.family(constraint.references))
        if cascade:
            yield locking(Lock.ACCESS_EXCLUSIVE, *(each.names[:-1] for each in world.referring(path)))
            yield _users(fact.ref, world) if fact else NOTHING


def _users(ref: Ref, world: World) -> Effects:
    """The relations of what cannot be without an object, and goes along."""
    found: dict[Path, None] = {}
    seen, waiting = {ref}, [ref]
    while waiting and world.catalog is not None:
        for user in world.catalog.users(waiting.pop()) - seen:
            seen.add(user)
            if (fact := world.get(user)) is None:
                continue
            if (relation := _relation_of(fact)) is not None:
                found[relation] = None
            if not isinstance(fact, Policy | Trigger):
                waiting.append(user)
    return locking(Lock.ACCESS_EXCLUSIVE, *found)


def _relation_of(fact: Fact) -> Path | None:
    if isinstance(fact, OF_TABLE):
        return fact.names[:-1]
    if isinstance(fact, RELATIONS):
        return fact.names
    return fact.table if isinstance(fact, Index) else None


TYPES = ("enum", "domain", "composite type", "range", "base type")
KINDS: Mapping[int, tuple[str, ...]] = {
    nodes.OBJECT_TYPE: TYPES,
    nodes.OBJECT_DOMAIN: ("domain",),
    nodes.OBJECT_FUNCTION: ("function",),
    nodes.OBJECT_PROCEDURE: ("procedure",),
    nodes.OBJECT_EXTENSION: ("extension",),
    nodes.OBJECT_COLLATION: ("collation",),
}


def _refs(kind: int, names: Path, world: World) -> Iterator[Ref]:
    places = [names] if len(names) > 1 else [(schema, *names) for schema in world.search_path]
    if kind in (nodes.OBJECT_FUNCTION, nodes.OBJECT_PROCEDURE, nodes.OBJECT_ROUTINE):
        yield from (each.ref for each in world.functions(names[-1]) if each.names in places)
    else:
        for each in KINDS.get(kind, ()):
            yield from (Ref(each, place) for place in (*places, names) if world.get(Ref(each, place)))
