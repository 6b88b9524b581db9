"""Statements about indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table
from seachange.catalog.ref import Ref
from seachange.rules.attaching import has_partitions_of_its_own
from seachange.rules.columns import changed_options, locked
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import listed, literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step, Way


def is_there(relation: Path) -> str:
    """True where something has the name."""
    return f"pg_catalog.to_regclass({literal(path(relation))}) IS NOT NULL"


def index_sql(index: Index, around: Context, *, concurrently: bool = False) -> str:
    """The whole statement that makes the index."""
    unique = "UNIQUE " if index.unique else ""
    how = "CONCURRENTLY " if concurrently else ""
    alone = is_partitioned(index, around) and not has_partitions_of_its_own(index.table, around)
    only = "ONLY " if alone else ""
    return (
        f"CREATE {unique}INDEX {how}{name(index.names[-1])} ON {only}{path(index.table)} USING {name(index.method)} "
        f"({', '.join(index.keys) or listed(index.columns)}){''.join(_clauses(index))}"
    )


def is_partitioned(index: Index, around: Context) -> bool:
    """Whether it is an index of a partitioned table: made of those of the partitions, and empty itself."""
    table = around.desired.get(Ref("table", index.table)) or around.current.get(Ref("table", index.table))
    return isinstance(table, Table) and table.partition_key is not None


def _clauses(index: Index) -> Iterator[str]:
    if index.include:
        yield f" INCLUDE ({listed(index.include)})"
    if index.nulls_not_distinct:
        yield " NULLS NOT DISTINCT"
    if index.options:
        yield f" WITH ({', '.join(changed_options((), index.options)[1])})"
    if index.tablespace:
        yield f" TABLESPACE {name(index.tablespace)}"
    if index.predicate:
        yield f" WHERE {index.predicate}"


def risks(index: Index) -> frozenset[Risk]:
    """Of building it over rows that are there."""
    return frozenset({Risk.BUILDS_INDEX, *((Risk.REFUSES_ROWS,) if index.unique else ())})


def drops(index: Index, around: Context, *, concurrently: bool, **touched: Any) -> Step:
    """The step that drops an index by its name; one of a partitioned table takes those of the partitions along."""
    lock = Lock.SHARE_UPDATE_EXCLUSIVE if concurrently else Lock.ACCESS_EXCLUSIVE
    return Step(
        sql=f"DROP INDEX {'CONCURRENTLY ' if concurrently else ''}{path(index.names)}",
        stage=Stage.REMOVE,
        locks=_whole(index, around, lock),
        way=Way.ALONE if concurrently else Way.GROUPED,
        undone=is_there(index.names) if "alters" in touched else "",
        **touched,
    )


def _whole(index: Index, around: Context, lock: Lock) -> tuple[Held, ...]:
    held = locked(index.table, around, lock)
    if is_partitioned(index, around):
        for heir in around.heirs(index.table):
            held += locked(heir, around, lock)
    return held


def alter_index(index: Index, action: str, around: Context, **more: Any) -> Step:
    """One ALTER INDEX."""
    return Step(
        sql=f"ALTER INDEX {path(index.names)} {action}",
        stage=Stage.INDEXES,
        alters=frozenset({index.ref}),
        locks=locked(index.table, around, more.pop("lock", Lock.ACCESS_SHARE)),
        **more,
    )


def set_statistics(old: Index, new: Index, around: Context) -> Steps:
    """How closely the values of its expressions are counted; `3=100` for the third."""
    before, after = (dict(each.split("=") for each in index.statistics) for index in (old, new))
    for column in sorted(before.keys() | after.keys()):
        if before.get(column) != after.get(column):
            yield alter_index(new, f"ALTER COLUMN {column} SET STATISTICS {after.get(column, '-1')}", around)


def said_again(index: Index, around: Context) -> list[Step]:
    """What its table says of an index is lost when the index is built anew."""
    if index.ref not in around.goes & around.comes:
        return []
    return [
        Step(
            sql=f"ALTER {kind.upper()} {path(index.table)} {said}",
            stage=Stage.INDEXES,
            takes=frozenset({_named(index)}),
            follows=frozenset({index.ref}),
            locks=locked(index.table, around, lock),
        )
        for kind in ("table", "materialized view")
        if around.stays(Ref(kind, index.table))
        for said, lock in _says(index, Ref(kind, index.table), around)
    ]


def _named(index: Index) -> Ref:
    return Ref("index", index.names, ("named",))


def _says(index: Index, whole: Ref, around: Context) -> Iterator[tuple[str, Lock]]:
    here, there = (catalog.get(whole) for catalog in (around.current, around.desired))
    own = index.names[-1]
    if own == getattr(here, "cluster_on", None) == getattr(there, "cluster_on", None):
        yield f"CLUSTER ON {name(own)}", Lock.SHARE_UPDATE_EXCLUSIVE
    if f"index {own}" == getattr(here, "replica_identity", None) == getattr(there, "replica_identity", None):
        yield f"REPLICA IDENTITY USING INDEX {name(own)}", Lock.ACCESS_EXCLUSIVE
