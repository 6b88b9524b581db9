"""Indexes of partitions, as parts of the one on the partitioned table."""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table
from seachange.catalog.ref import Ref
from seachange.rules.rule import Context
from seachange.sql.quote import path
from seachange.step import Held, Lock, Stage, Step


def is_attached_apart(index: Index, around: Context) -> bool:
    """Whether it takes a step of its own to attach it; with a table that is attached come its indexes."""
    if index.part_of is None:
        return False
    here, there = (catalog.get(Ref("table", index.table)) for catalog in (around.current, around.desired))
    same = isinstance(here, Table) and isinstance(there, Table) and here.parents == there.parents
    return not around.stays(Ref("index", index.part_of)) or (same and around.stays(Ref("table", index.table)))


def parts_before(table: Path, around: Context) -> frozenset[Ref]:
    """The partitions that must have come, or gone, before the table gets an index.

    One that is attached later would get an index of a name of PostgreSQL's own; and as long as one without an index is
    there, that of the table is not valid, nor does it become so when that one goes.
    """
    come = (Ref("table", heir) for heir in around.heirs(table, around.desired))
    go = (ref for heir in around.heirs(table) if (ref := Ref("table", heir)) in around.goes)
    return frozenset((*come, *go))


def attach_index(index: Index, around: Context) -> Step:
    """Makes the index a part of the one on the partitioned table.

    Its own parts come first: an index that is a part already, and becomes complete, locks the tables above.
    """
    assert index.part_of
    parts = (
        part.ref
        for heir in around.heirs(index.table, around.desired)
        for part in around.desired.indexes_of(heir)
        if part.part_of == index.names and is_attached_apart(part, around)
    )
    return Step(
        sql=f"ALTER INDEX {path(index.part_of)} ATTACH PARTITION {path(index.names)}",
        stage=Stage.CONSTRAINTS if index.constraint else Stage.INDEXES,
        alters=frozenset({index.ref}),
        follows=frozenset({Ref("table", index.table), *parts}),
        locks=_attaching(index, around),
    )


def _attaching(index: Index, around: Context) -> tuple[Held, ...]:
    """Whoever uses the table needs its index; two at once could wait for somebody who waits for the other."""
    if not around.stays(Ref("table", index.table)):
        return ()
    return Held(index.names, Lock.ACCESS_EXCLUSIVE), Held(index.table, Lock.ACCESS_SHARE)


def index_above(index: Index, around: Context) -> Ref | None:
    """The index of which this one is and remains a part: PostgreSQL drops it only with that."""
    if index.part_of is None or not around.stays(Ref("index", index.part_of)):
        return None
    here, there = (catalog.get(Ref("table", index.table)) for catalog in (around.current, around.desired))
    same = isinstance(here, Table) and isinstance(there, Table) and here.parents == there.parents
    return Ref("index", index.part_of) if same else None


def has_partitions_of_its_own(table: Path, around: Context) -> bool:
    """Partitions of which the desired state does not speak: they get what the table gets, unasked."""
    return any(
        Ref("table", heir) not in around.goes and Ref("table", heir) not in around.desired
        for heir in around.heirs(table)
    )
