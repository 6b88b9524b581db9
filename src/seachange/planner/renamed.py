"""Objects that are the same under another name, and that nobody knows by their names: they are simply renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import structs

from seachange.catalog.catalog import Catalog
from seachange.catalog.edge import Edge
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Index, Table, TableConstraint
from seachange.catalog.facts.told import Told
from seachange.catalog.ref import Ref
from seachange.compare import Change
from seachange.compare.renames import renames
from seachange.rules.renaming import rename
from seachange.step import Step

QUIET = frozenset({"index", "table constraint", "trigger", "policy", "statistics object"})
"""Kinds that are only parts of their table: nothing is called by their names."""


def is_quiet(ref: Ref, current: Catalog) -> bool:
    """Whether it is renamed without asking: its kind is, or it is the sequence of an identity."""
    return ref.kind in QUIET or getattr(current.get(ref), "identity", False) is True


class Renamed(msgspec.Struct, frozen=True):
    """A state after its first steps, which give objects other names."""

    catalog: Catalog
    steps: tuple[Step, ...] = ()


def quietly(current: Catalog, desired: Catalog, changes: Iterable[Change]) -> Renamed:
    """`current` with all renamed that differs from the desired state in nothing but such a name."""
    found = {
        each.old: each.new for each in renames(current, desired, changes) if _is_quiet(each.old, each.new, current)
    }
    if not found:
        return Renamed(current)
    mapping = dict(found)
    for old, new in found.items():
        if old.kind == "table constraint" and (index := _index(old)) in current:
            mapping[index] = _index(new)
    steps = (
        step
        for old, new in sorted(found.items())
        if old.kind != "index" or not _is_kept(old, current)
        for step in rename(old, new.names)
    )
    return Renamed(_with(current, desired, mapping), tuple(steps))


def _is_quiet(old: Ref, new: Ref, current: Catalog) -> bool:
    """A table's own, not one that its partitions or heirs share, and whose new name nothing has yet."""
    if old.kind not in QUIET or old.names[:-1] != new.names[:-1] or _is_taken(new, current):
        return False
    fact = current.facts[old]
    if isinstance(fact, Index):
        return not fact.part_of and not _is_partitioned(fact.table, current) and not _is_kept(old, current)
    table = current.get(Ref("table", old.names[:-1]))
    alone = isinstance(table, Table) and not table.parents and not table.partition_key
    shared = isinstance(fact, TableConstraint) and fact.type == "not null"
    return old.kind == "statistics object" or (alone and not shared and not _has_heirs(old.names[:-1], current))


def _is_taken(new: Ref, current: Catalog) -> bool:
    named = (Ref(kind, (new.names[0], new.names[-1])) for kind in ("index", "table", "view", "sequence"))
    return new in current or any(ref in current for ref in named)


def _is_partitioned(table: tuple[str, ...], current: Catalog) -> bool:
    fact = current.get(Ref("table", table))
    return isinstance(fact, Table) and fact.partition_key is not None


def _is_kept(index: Ref, current: Catalog) -> bool:
    return getattr(current.get(index), "constraint", False)


def _has_heirs(table: tuple[str, ...], current: Catalog) -> bool:
    return any(user.kind == "table" for user in current.users(Ref("table", table)))


def _index(constraint: Ref) -> Ref:
    return Ref("index", (constraint.names[0], constraint.names[-1]))


def _with(current: Catalog, desired: Catalog, mapping: Mapping[Ref, Ref]) -> Catalog:
    """`current` as it reads after the renames."""
    names = {old.names: new.names for old, new in mapping.items() if old.kind == "index"}
    facts = dict(_facts(current, desired, mapping, names))

    def edges() -> Iterator[Edge]:
        for edge in current.edges:
            user, used = (mapping.get(ref) or _moved(ref, current, mapping) for ref in (edge.user, edge.used))
            yield Edge(user, used, edge.why)

    return Catalog(facts, edges, current.origin)


def _moved(ref: Ref, current: Catalog, mapping: Mapping[Ref, Ref]) -> Ref:
    fact = current.facts.get(ref)
    target = mapping.get(fact.target) if isinstance(fact, Told) else None
    return Ref(ref.kind, target.names, ref.args) if target else ref


def _facts(
    current: Catalog, desired: Catalog, mapping: Mapping[Ref, Ref], names: Mapping[tuple[str, ...], tuple[str, ...]]
) -> Iterator[tuple[Ref, Fact]]:
    for ref, fact in current.facts.items():
        if ref in mapping:
            new = mapping[ref]
            kept = desired.facts[new] if ref.kind in ("trigger",) else structs.replace(fact, names=new.names)
            yield new, kept
        elif isinstance(fact, Told) and fact.target in mapping:
            said = structs.replace(fact, names=mapping[fact.target].names)
            yield said.ref, said
        elif isinstance(fact, Table):
            yield ref, _of_table(fact, names)
        else:
            yield ref, fact


def _of_table(table: Table, names: Mapping[tuple[str, ...], tuple[str, ...]]) -> Table:
    """A table names its index by which rows are told apart, and the one by which they are clustered."""
    schema = table.names[0]
    kind, _, index = table.replica_identity.partition(" ")
    if (schema, index) in names:
        table = structs.replace(table, replica_identity=f"{kind} {names[schema, index][-1]}")
    if table.cluster_on and (schema, table.cluster_on) in names:
        table = structs.replace(table, cluster_on=names[schema, table.cluster_on][-1])
    return table
