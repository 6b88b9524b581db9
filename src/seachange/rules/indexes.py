"""Indexes.  One that a constraint keeps comes and goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.relations import Index, Table
from seachange.catalog.ref import Ref
from seachange.rules.columns import changed_options, locked, nothing
from seachange.rules.constraints import (
    attach_index,
    has_partitions_of_its_own,
    index_above,
    is_attached_apart,
    keys_below,
)
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import listed, name, path
from seachange.step import Lock, Risk, Stage, Step


def create_index(index: Index, around: Context) -> Steps:
    if index.constraint:
        return
    there = bool(locked(index.table, around))
    yield Step(
        sql=index_sql(index, around),
        stage=Stage.INDEXES,
        makes=frozenset({index.ref}),
        follows=partitions(index, around),
        locks=locked(index.table, around, Lock.SHARE),
        scans=frozenset({index.table}) if there else frozenset(),
        risks=frozenset({Risk.BUILDS_INDEX}) if there else frozenset(),
    )
    if is_attached_apart(index, around):
        yield attach_index(index, around)
    if index.statistics:
        yield from recount(Index(names=index.names), index, around)


def index_sql(index: Index, around: Context, *, concurrently: bool = False) -> str:
    """The whole statement."""
    unique = "UNIQUE " if index.unique else ""
    how = "CONCURRENTLY " if concurrently else ""
    alone = _is_partitioned(index, around) and not has_partitions_of_its_own(index.table, around)
    only = "ONLY " if alone else ""
    return (
        f"CREATE {unique}INDEX {how}{name(index.names[-1])} ON {only}{path(index.table)} USING {name(index.method)} "
        f"({', '.join(index.keys) or listed(index.columns)}){''.join(_clauses(index))}"
    )


def _is_partitioned(index: Index, around: Context) -> bool:
    table = around.desired.get(Ref("table", index.table))
    return isinstance(table, Table) and table.partition_key is not None


def partitions(index: Index, around: Context) -> frozenset[Ref]:
    """What is attached after the index is there would get an index of a name of PostgreSQL's own."""
    return (
        frozenset(Ref("table", heir) for heir in around.heirs(index.table, around.desired))
        if _is_partitioned(index, around)
        else frozenset()
    )


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


def drop_index(index: Index, around: Context) -> Steps:
    if index.constraint:
        return
    below = frozenset(keys_below(index, around))
    yield Step(
        sql=f"DROP INDEX {path(index.names)}{' CASCADE' if below else ''}",
        stage=Stage.REMOVE,
        takes=frozenset({index.ref, *below}),
        locks=locked(index.table, around),
        risks=frozenset({Risk.DROPS_INDEX}),
    )


def _alter(index: Index, action: str, around: Context, **more: Any) -> Step:
    return Step(
        sql=f"ALTER INDEX {path(index.names)} {action}",
        stage=Stage.INDEXES,
        alters=frozenset({index.ref}),
        locks=locked(index.table, around, more.pop("lock", Lock.ACCESS_SHARE)),
        **more,
    )


def reset_options(old: Index, new: Index, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield _alter(new, f"SET ({', '.join(here)})", around)
    if gone:
        yield _alter(new, f"RESET ({', '.join(gone)})", around)


def respace(old: Index, new: Index, around: Context) -> Steps:
    yield _alter(new, f"SET TABLESPACE {name(new.tablespace or 'pg_default')}", around)


def recount(old: Index, new: Index, around: Context) -> Steps:
    """How closely the values of its expressions are counted; `3=100` for the third."""
    before, after = (dict(each.split("=") for each in index.statistics) for index in (old, new))
    for column in sorted(before.keys() | after.keys()):
        if before.get(column) != after.get(column):
            yield _alter(new, f"ALTER COLUMN {column} SET STATISTICS {after.get(column, '-1')}", around)


def join(old: Index, new: Index, around: Context) -> Steps:
    """An index leaves the one on the partitioned table when its table does."""
    if is_attached_apart(new, around):
        yield attach_index(new, around)


def _can_join(old: Index, new: Index, around: Context) -> bool:
    here, there = (
        getattr(catalog.get(Ref("table", new.table)), "parents", ()) for catalog in (around.current, around.desired)
    )
    return old.part_of is None or here != there


def _can_stay_invalid(old: Index, new: Index, around: Context) -> bool:
    return not new.valid or _is_partitioned(new, around)


def _whole(index: Index, around: Context) -> Ref:
    """The index of a constraint goes with it, and that of a partition with the one it is a part of."""
    if index.constraint:
        return Ref("table constraint", (*index.table, index.names[-1]))
    return index_above(index, around) or index.ref


INDEX: Rule[Index] = Rule(
    create_index,
    drop_index,
    {
        **dict.fromkeys(
            ("table", "method", "unique", "columns", "keys", "include", "predicate", "nulls_not_distinct"), REBUILD
        ),
        "options": Alteration(reset_options),
        "tablespace": Alteration(respace),
        "statistics": Alteration(recount),
        "part_of": Alteration(join, possible=_can_join),
        "valid": Alteration(nothing, possible=_can_stay_invalid),
    },
    space="relation",
    whole=_whole,
)

RULES: Mapping[str, Rule[Any]] = {"index": INDEX}
