"""What goes with an object that is dropped with CASCADE, as the catalog's dependencies have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.ref import Ref
from seachange.checks.named import relation, strings
from seachange.checks.past import RELATIONS
from seachange.checks.typed import type_of
from seachange.checks.world import PARTS, World
from seachange.sql import nodes
from seachange.sql.quote import path
from seachange.sql.tree import inner

_TYPES = ("enum", "domain", "composite type", "range", "base type")
_ROUTINES = ("function", "procedure", "aggregate")
_KINDS: dict[int, tuple[str, ...]] = {
    nodes.OBJECT_TABLE: ("table",),
    nodes.OBJECT_FOREIGN_TABLE: ("foreign table",),
    nodes.OBJECT_VIEW: ("view",),
    nodes.OBJECT_MATVIEW: ("materialized view",),
    nodes.OBJECT_SEQUENCE: ("sequence",),
    nodes.OBJECT_INDEX: ("index",),
    nodes.OBJECT_TYPE: _TYPES,
    nodes.OBJECT_DOMAIN: ("domain",),
    nodes.OBJECT_FUNCTION: ("function", "aggregate"),
    nodes.OBJECT_PROCEDURE: ("procedure",),
    nodes.OBJECT_ROUTINE: _ROUTINES,
    nodes.OBJECT_SCHEMA: ("schema",),
    nodes.OBJECT_EXTENSION: ("extension",),
    nodes.OBJECT_COLLATION: ("collation",),
}


def named_by(statement: Any, world: World) -> Iterator[Ref]:
    """The objects that a DROP names, as far as they are in the catalog and still there."""
    kinds = _KINDS.get(statement.remove_type, ())
    for each in statement.objects:
        names = strings([each])
        paths = [names] if len(names) > 1 or kinds in (("schema",), ("extension",)) else _paths(names, world)
        args = _arguments(inner(each), world)
        yield from _found(paths, kinds, args, world)


def _paths(names: tuple[str, ...], world: World) -> list[tuple[str, ...]]:
    return list(world.paths(relation(names)))


def _arguments(node: Any, world: World) -> tuple[str, ...] | None:
    """The types of a routine's parameters where they are told; None where the name has to do."""
    if node.DESCRIPTOR.name != "ObjectWithArgs" or node.args_unspecified:
        return None
    return tuple(type_of(arg.type_name, world) for arg in node.objargs)


def _found(
    paths: Iterable[tuple[str, ...]], kinds: tuple[str, ...], args: tuple[str, ...] | None, world: World
) -> Iterator[Ref]:
    facts = world.catalog.facts if world.catalog else {}
    for names in paths:
        if kinds == ("extension",):
            yield Ref("extension", names)
        elif kinds[:1] in (("function",), ("procedure",)):
            yield from (ref for ref in facts if ref.kind in kinds and ref.names == names and args in (None, ref.args))
        else:
            yield from (ref for kind in kinds if (ref := Ref(kind, names)) in facts and world.get(ref))


def falling(catalog: Catalog, dropped: Iterable[Ref]) -> list[Ref]:
    """What CASCADE drops beyond the objects themselves: what somebody else built on them, without the parts of it."""
    own = _closure(catalog, dropped, also=frozenset())
    all_gone = _closure(catalog, own, also=frozenset({"normal"}))
    return sorted(ref for ref in all_gone - own if not _within(ref, all_gone))


def _closure(catalog: Catalog, start: Iterable[Ref], also: frozenset[str]) -> set[Ref]:
    """`start` with all that goes along without asking; with dependencies of the sorts in `also`, that as well."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for ref, why in _next(catalog, waiting.pop()):
            if ref not in found and (why in also or why != "normal"):
                found.add(ref)
                waiting.append(ref)
    return found


def _next(catalog: Catalog, ref: Ref) -> Iterator[tuple[Ref, str]]:
    """What goes when `ref` goes, and why; what is normal takes a CASCADE."""
    if ref.kind == "schema":
        yield from ((other, "auto") for other, fact in catalog.facts.items() if _in_schema(other, fact, ref.names[0]))
    if ref.kind in RELATIONS:
        yield from ((other, "auto") for kind in PARTS for other in catalog.inside(ref.names, kind))
    if ref.kind == "extension":
        yield from ((other, "auto") for other, of in catalog.origin.members.items() if of == ref.names[0])
    for edge in catalog.links.of_used(ref):
        yield edge.user, edge.why


def _in_schema(ref: Ref, fact: Fact, schema: str) -> bool:
    return len(ref.names) > 1 and ref.names[0] == schema and not (fact.schemaless or fact.told)


def _within(ref: Ref, gone: set[Ref]) -> bool:
    """Whether a thing that also goes holds this one: the column of a view."""
    return ref.kind in PARTS and any(Ref(kind, ref.names[:-1]) in gone for kind in RELATIONS)


def described(ref: Ref) -> str:
    """An object in a sentence: view sales."""
    names = ref.names[1:] if ref.names[:1] == ("public",) else ref.names
    return f"{ref.kind} {path(names)}" + (f"({', '.join(ref.args)})" if ref.kind in _ROUTINES else "")


def listed(refs: list[Ref], most: int = 8) -> str:
    """Objects in a sentence, the first of them where they are many."""
    rest = f" and {len(refs) - most} more" if len(refs) > most else ""
    return ", ".join(map(described, refs[:most])) + rest
