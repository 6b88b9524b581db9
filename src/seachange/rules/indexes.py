"""Indexes.  One that a constraint keeps comes and goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from seachange.catalog.facts.relations import Index
from seachange.catalog.ref import Ref
from seachange.rules.attaching import attach_index, index_above, is_attached_apart, parts_before
from seachange.rules.columns import changed_options, locked
from seachange.rules.constraints import keys_below
from seachange.rules.index_replacement import REPLACED, build, can_be_valid, can_replace, is_replaced, replace_index
from seachange.rules.indexing import alter_index, drops, index_sql, is_partitioned, risks, said_again, set_statistics
from seachange.rules.replaceable import is_index_replaceable
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.shadowed import unless_replaced
from seachange.sql.quote import name
from seachange.step import Lock, Risk, Stage, Step


def create_index(index: Index, around: Context) -> Steps:
    if index.constraint:
        return
    apart = around.apart(index.table, index.ref) and index.ref not in around.goes
    if apart and not is_partitioned(index, around):
        yield from build(index, around)
    else:
        again = said_again(index, around)
        yield _create(index, around, *(ref for step in again for ref in step.takes))
        yield from again
    if is_attached_apart(index, around):
        yield attach_index(index, around)
    if index.statistics:
        yield from set_statistics(Index(names=index.names), index, around)


def _create(index: Index, around: Context, *also: Ref) -> Step:
    """One of a partitioned table is empty: it is made of those of the partitions."""
    filled = bool(locked(index.table, around)) and not is_partitioned(index, around)
    return Step(
        sql=index_sql(index, around),
        stage=Stage.INDEXES,
        makes=frozenset({index.ref, *also}),
        follows=partitions(index, around),
        locks=locked(index.table, around, Lock.SHARE),
        scans=frozenset({index.table}) if filled else frozenset(),
        risks=risks(index) if filled else frozenset(),
    )


def partitions(index: Index, around: Context) -> frozenset[Ref]:
    """What comes or goes before an index of a partitioned table is there."""
    return parts_before(index.table, around) if is_partitioned(index, around) else frozenset()


def drop_index(index: Index, around: Context) -> Steps:
    if index.constraint:
        return
    alone = not index.part_of and not is_partitioned(index, around) and index.ref not in around.comes
    concurrently = alone and around.apart(index.table, index.ref)
    below = frozenset(keys_below(index, around))
    dropped = drops(
        index, around, concurrently=concurrently, takes=below | {index.ref}, risks=frozenset({Risk.DROPS_INDEX})
    )
    yield msgspec.structs.replace(dropped, sql=f"{dropped.sql} CASCADE") if below else dropped


def reset_options(old: Index, new: Index, around: Context) -> Steps:
    """What is replaced has all that is desired from its birth."""
    if is_replaced(old, new):
        return
    gone, here = changed_options(old.options, new.options)
    if here:
        yield alter_index(new, f"SET ({', '.join(here)})", around)
    if gone:
        yield alter_index(new, f"RESET ({', '.join(gone)})", around)


def respace(old: Index, new: Index, around: Context) -> Steps:
    if not is_replaced(old, new):
        yield alter_index(new, f"SET TABLESPACE {name(new.tablespace or 'pg_default')}", around)


def recount(old: Index, new: Index, around: Context) -> Steps:
    if not is_replaced(old, new):
        yield from set_statistics(old, new, around)


def join(old: Index, new: Index, around: Context) -> Steps:
    """An index leaves the one on the partitioned table when its table does."""
    if is_attached_apart(new, around):
        yield attach_index(new, around)


def _can_join(old: Index, new: Index, around: Context) -> bool:
    here, there = (
        getattr(catalog.get(Ref("table", new.table)), "parents", ()) for catalog in (around.current, around.desired)
    )
    return old.part_of is None or here != there


def _whole(index: Index, around: Context) -> Ref:
    """The index of a constraint goes with it, and that of a partition with the one it is a part of."""
    if index.constraint:
        return Ref("table constraint", (*index.table, index.names[-1]))
    return index_above(index, around) or index.ref


def replace(old: Index, new: Index, around: Context) -> Steps:
    """That of a constraint is replaced with it."""
    if not (new.constraint and is_replaced(old, new)):
        yield from replace_index(old, new, around)


def _can_replace(old: Index, new: Index, around: Context) -> bool:
    possible = is_index_replaceable if old.constraint or new.constraint else can_replace
    return possible(old, new, around)


INDEX: Rule[Index] = Rule(
    create_index,
    drop_index,
    {
        "table": REBUILD,
        **dict.fromkeys(REPLACED, Alteration(replace, possible=_can_replace)),
        "options": Alteration(reset_options),
        "tablespace": Alteration(respace),
        "statistics": Alteration(recount),
        "part_of": Alteration(join, possible=_can_join),
        "valid": Alteration(replace, possible=can_be_valid),
    },
    space="relation",
    whole=_whole,
)

RULES: Mapping[str, Rule[Any]] = {"index": unless_replaced(INDEX)}
