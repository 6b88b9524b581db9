"""Whether what a statement names is there: in the catalog, in the script, in an extension, in PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.checks import builtin
from seachange.checks.past import RELATIONS
from seachange.checks.world import SYSTEM, TYPES, World
from seachange.sql.nodes import RangeVar

MAJOR = 10_000
ROUTINES = ("function", "procedure", "aggregate")
_SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"})
_OWN = ("pg_temp", "pg_toast", *SYSTEM)


def has_relation(named: RangeVar, world: World, version: int) -> bool:
    if _is_own(named.schemaname):
        return True
    if world.relation(named) is not None or is_member(world, RELATIONS, world.paths(named)):
        return True
    return not named.schemaname and named.relname in builtin.relations(version // MAJOR)


def has_schema(name: str, world: World) -> bool:
    ref = Ref("schema", (name,))
    return not name or _is_own(name) or world.get(ref) is not None or is_member(world, ("schema",), [(name,)])


def has_type(names: Path, world: World, version: int) -> bool:
    if len(names) > 1 and _is_own(names[0]):
        return True
    if len(names) == 1 and (names[0] in _SERIAL or names[0].lstrip("_") in builtin.types(version // MAJOR)):
        return True
    places = [names] if len(names) > 1 else [(schema, *names) for schema in world.search_path]
    if world.type(names) is not None or is_member(world, (*TYPES, "foreign table"), places):
        return True
    return any(world.get(Ref("foreign table", place)) for place in places)


def has_routine(names: Path, world: World, version: int) -> bool:
    """Whether there is any routine of that name, whatever arguments it takes."""
    if len(names) > 1 and _is_own(names[-2]):
        return True
    if len(names) == 1 and names[0] in builtin.functions(version // MAJOR):
        return True
    schemas = (names[-2],) if len(names) > 1 else world.search_path
    return any(_is_routine((schema, names[-1]), world) for schema in schemas) or has_type(names, world, version)


def _is_routine(path: Path, world: World) -> bool:
    before = _routines(world.catalog).get(path, ()) if world.catalog else ()
    if not world.past.moments:
        return bool(before)
    made = (ref for ref in world.past.moments if ref.names == path and ref.kind in ROUTINES)
    return any(world.get(ref) is not None or is_member(world, (ref.kind,), [path]) for ref in (*before, *made))


@lru_cache(maxsize=4)
def _routines(catalog: Catalog) -> Mapping[Path, tuple[Ref, ...]]:
    found: dict[Path, tuple[Ref, ...]] = {}
    for ref in (*catalog.facts, *catalog.origin.members):
        if ref.kind in ROUTINES:
            found[ref.names] = (*found.get(ref.names, ()), ref)
    return found


def is_member(world: World, kinds: Iterable[str], places: Iterable[Path]) -> bool:
    """Whether an extension brought something of these kinds to one of these places."""
    if world.catalog is None:
        return False
    return any((kind, place) in _members(world.catalog) for place in places for kind in kinds)


@lru_cache(maxsize=4)
def _members(catalog: Catalog) -> frozenset[tuple[str, Path]]:
    return frozenset((ref.kind, ref.names) for ref in catalog.origin.members)


def _is_own(schema: str) -> bool:
    return schema in _OWN or schema.startswith("pg_")
