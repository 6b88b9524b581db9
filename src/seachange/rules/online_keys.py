"""Primary keys and unique constraints of which the index is built while others write."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.constraint_clauses import constraint_clause, index_of, only, ready_index
from seachange.rules.family import is_apart
from seachange.rules.indexing import index_sql
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Risk, Stage, Step, Way

KEYS = ("primary key", "unique")


def is_keyed_apart(constraint: TableConstraint, around: Context) -> bool:
    """Whether an index that is built concurrently can become the constraint's."""
    index = index_of(constraint, around)
    if index is None or constraint.type not in KEYS or constraint.temporal:
        return False
    if only(constraint, around) or index.ref in around.current or ready_index(constraint, around) is not None:
        return False
    new = constraint.ref not in around.goes and index.ref not in around.plainly
    return new and is_apart(constraint.names[:-1], constraint.ref, around)


def keyed(step: Step, constraint: TableConstraint, around: Context) -> Steps:
    """`step` adds the constraint; here it finds the index ready."""
    index = index_of(constraint, around)
    assert index is not None
    table, label = path(constraint.names[:-1]), name(constraint.names[-1])
    yield built(index, around, follows=frozenset(proofs(constraint, around)))
    yield msgspec.structs.replace(
        step,
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {label} {constraint_clause(constraint, around, index.names[-1])}",
        makes=step.makes - {index.ref},
        alters=step.alters | {index.ref},
        follows=step.follows.union(proofs(constraint, around)),
        scans=frozenset(),
        risks=frozenset(),
    )


def built(
    index: Index, around: Context, alters: frozenset[Ref] = frozenset(), follows: frozenset[Ref] = frozenset()
) -> Step:
    """Builds the index while others read and write."""
    return Step(
        sql=index_sql(index, around, concurrently=True),
        stage=Stage.INDEXES,
        makes=frozenset({index.ref}),
        alters=alters,
        follows=follows,
        locks=(Held(index.table, Lock.SHARE_UPDATE_EXCLUSIVE),),
        scans=frozenset({index.table}),
        risks=frozenset({Risk.BUILDS_INDEX, Risk.REFUSES_ROWS}),
        way=Way.ALONE,
        undone=f"NOT {there(index.ref)}",
    )


def proofs(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    """The columns, and the NOT NULL constraints that a primary key finds instead of reading the rows."""
    table = constraint.names[:-1]
    yield from (Ref("table column", (*table, column)) for column in (*constraint.columns, *constraint.include))
    if constraint.type == "primary key":
        for other in around.desired.parts(table, TableConstraint):
            if other.type == "not null" and other.columns[0] in constraint.columns:
                yield other.ref
