"""Indexes that are built while others write, and replaced without being missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index
from seachange.catalog.facts.told import Comment
from seachange.catalog.ref import Ref
from seachange.rules.columns import locked
from seachange.rules.indexing import drops, index_sql, is_partitioned, is_there, risks, set_statistics
from seachange.rules.names import NAMED_AS_RELATIONS, free_name
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import literal, name, path
from seachange.step import Lock, Stage, Step, Way

REPLACED = ("method", "unique", "columns", "keys", "include", "predicate", "nulls_not_distinct")
"""What no ALTER INDEX changes."""


def is_valid(index: Path, valid: bool = True) -> str:
    """True where an index of that name is there, and is or is not whole."""
    regclass = f"pg_catalog.to_regclass({literal(path(index))})"
    said = "indisvalid" if valid else "NOT indisvalid"
    return f"EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = {regclass} AND {said})"


def build(index: Index, around: Context) -> Steps:
    """A build that fails leaves an index that is not valid, under the name that the next attempt needs."""
    leftover = Ref("index", index.names, ("leftover",))
    before = frozenset(Ref(kind, index.names) for kind in NAMED_AS_RELATIONS) - {index.ref}
    yield _clear(index, around, makes=frozenset({leftover}), follows=before)
    yield _build(index, around, makes=frozenset({index.ref}), follows=frozenset({leftover}))


def _clear(index: Index, around: Context, **touched: Any) -> Step:
    return Step(
        sql=f"DROP INDEX CONCURRENTLY IF EXISTS {path(index.names)}",
        stage=Stage.INDEXES,
        why="An earlier attempt to build it may have failed.",
        locks=locked(index.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        way=Way.ALONE,
        undone=is_valid(index.names, valid=False),
        **touched,
    )


def _build(index: Index, around: Context, **more: Any) -> Step:
    return Step(
        sql=index_sql(index, around, concurrently=True),
        stage=Stage.INDEXES,
        locks=locked(index.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        scans=frozenset({index.table}),
        risks=risks(index),
        way=Way.ALONE,
        undone=more.pop("undone", f"NOT {is_valid(index.names)}"),
        **more,
    )


def replace_index(old: Index, new: Index, around: Context) -> Steps:
    """Its successor is built beside it and takes its name; only then it goes."""
    alters = frozenset({new.ref})
    if not is_replaced(old, new):
        if new.valid and not is_partitioned(new, around):
            yield _mend(new, around)
        return
    beside = msgspec.structs.replace(new, names=free_name(new.names, "new", around))
    retired = msgspec.structs.replace(old, names=free_name(new.names, "old", around))
    yield from _beside(beside, retired, around, alters=alters, follows=around.desired.uses(new.ref))
    for step in (*set_statistics(Index(names=beside.names), beside, around), *_comments(new, beside, around)):
        yield msgspec.structs.replace(step, alters=alters, undone=is_there(beside.names))
    yield from _swap(new.names, beside.names, retired.names, alters)
    yield drops(retired, around, concurrently=around.apart(new.table, new.ref), alters=alters)


def is_replaced(old: Index, new: Index) -> bool:
    """Whether it changes in what cannot be altered."""
    return any(getattr(old, field) != getattr(new, field) for field in REPLACED)


def _beside(beside: Index, retired: Index, around: Context, **touched: Any) -> Iterator[Step]:
    undone = f"NOT {is_valid(beside.names)} AND NOT {is_there(retired.names)}"
    if around.apart(beside.table, next(iter(touched["alters"]))):
        yield _clear(beside, around, **touched)
        yield _build(beside, around, undone=undone, alters=touched["alters"])
    else:
        yield Step(
            sql=index_sql(beside, around),
            stage=Stage.INDEXES,
            locks=locked(beside.table, around, Lock.SHARE),
            scans=frozenset({beside.table}),
            risks=risks(beside),
            undone=undone,
            **touched,
        )


def _comments(index: Index, beside: Index, around: Context) -> Iterator[Step]:
    """What is said of the index is said of its successor."""
    for told in around.desired.said_of(index.ref):
        if isinstance(told, Comment):
            said = literal(told.text)
            yield Step(sql=f"COMMENT ON INDEX {path(beside.names)} IS {said}", stage=Stage.INDEXES)


def _swap(there: Path, beside: Path, retired: Path, alters: frozenset[Ref]) -> Iterator[Step]:
    """In one transaction.  Only the indexes are locked, which stops nobody."""
    free = frozenset({Ref("index", there, ("free",))})
    undone = is_there(beside)
    yield renamed("INDEX", there, retired, alters=alters, makes=free, undone=undone)
    yield renamed("INDEX", beside, there, alters=alters, takes=free, undone=undone)


def renamed(keyword: str, old: Path, new: Path, **more: Any) -> Step:
    """One step of a swap of names."""
    return Step(sql=f"ALTER {keyword} {path(old)} RENAME TO {name(new[-1])}", stage=Stage.INDEXES, **more)


def _mend(index: Index, around: Context) -> Step:
    """An index that is not valid is built again where it stands."""
    return Step(
        sql=f"REINDEX INDEX CONCURRENTLY {path(index.names)}",
        stage=Stage.INDEXES,
        alters=frozenset({index.ref}),
        locks=locked(index.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        scans=frozenset({index.table}),
        risks=risks(index),
        way=Way.ALONE,
        undone=is_valid(index.names, valid=False),
    )


def can_replace(old: Index, new: Index, around: Context) -> bool:
    """Whether it can go by its name alone: nobody else names it."""
    if not around.busy(new.table) or is_partitioned(new, around) or _is_made_anew(new, around):
        return False
    return not any(_is_held(index, around) for index in (old, new))


def _is_made_anew(index: Index, around: Context) -> bool:
    """Whether the index is on a materialized view that becomes another, with indexes of its own."""
    ref = Ref("materialized view", index.table)
    here, there = (getattr(catalog.get(ref), "definition", None) for catalog in (around.current, around.desired))
    return here != there


def _is_held(index: Index, around: Context) -> bool:
    """Whether something leans on this very index: a constraint, a foreign key, an index above, its table."""
    if index.constraint or index.part_of:
        return True
    return any(_is_named(index, catalog) for catalog in (around.current, around.desired))


def _is_named(index: Index, catalog: Catalog) -> bool:
    own = index.names[-1]
    for kind in ("table", "materialized view"):
        whole = catalog.get(Ref(kind, index.table))
        if own == getattr(whole, "cluster_on", None) or f"index {own}" == getattr(whole, "replica_identity", None):
            return True
    return any(user.kind != "comment" for user in catalog.users(index.ref))


def can_be_valid(old: Index, new: Index, around: Context) -> bool:
    """Whether it becomes whole where it stands, by itself or with the indexes of the partitions."""
    if not new.valid or is_partitioned(new, around):
        return True
    return not new.constraint and around.busy(new.table)
