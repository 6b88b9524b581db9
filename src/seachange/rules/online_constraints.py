"""Constraints that hold for new rows at once, and for those that are there after they were read while others write."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.constraint_clauses import constraint_clause
from seachange.rules.family import family, held, is_apart
from seachange.rules.rule import Context, Steps
from seachange.rules.validation import validation
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Stage, Step

CHECKED = ("check", "foreign key", "not null")
"""What can be there without having been checked."""


def is_checked_apart(constraint: TableConstraint, around: Context) -> bool:
    """Whether others would have to wait while the rows are read."""
    table = constraint.names[:-1]
    if constraint.type not in CHECKED or not (constraint.validated and constraint.enforced):
        return False
    if not around.stays(Ref("table", table)):
        return False
    beside = constraint.references
    return is_apart(table, constraint.ref, around) or (beside is not None and is_apart(beside, constraint.ref, around))


def checked_later(step: Step, constraint: TableConstraint, around: Context) -> Steps:
    """`step` adds the constraint; here it leaves the rows to a transaction of their own."""
    yield _unchecked(step)
    yield validation(constraint, around, step.makes)


def _unchecked(step: Step) -> Step:
    return msgspec.structs.replace(step, sql=f"{step.sql} NOT VALID", scans=frozenset(), risks=frozenset())


def is_proven_below(constraint: TableConstraint, around: Context) -> bool:
    """A foreign key of a partitioned table must be checked at once before 18, unless every partition has its own."""
    table = around.current.get(Ref("table", constraint.names[:-1]))
    partitioned = isinstance(table, Table) and table.partition_key is not None
    return partitioned and constraint.type == "foreign key" and not around.has(18)


def proven_below(step: Step, constraint: TableConstraint, around: Context) -> Steps:
    """Each partition gets the foreign key as its own, which then is part of the one above: no row is read again."""
    below = tuple(_below(constraint, around))
    if constraint.ref in around.goes or not _are_new(below, around):
        yield step
        return
    for each in below:
        yield from _own(each, constraint, around)
    assert constraint.references
    merged = family(constraint.references, around)
    yield msgspec.structs.replace(
        step,
        follows=step.follows | {each.ref for each in below},
        locks=tuple(Held(each.relation, _merging(each, merged)) for each in step.locks),
        scans=frozenset(),
        risks=frozenset(),
    )


def _merging(lock: Held, referenced: tuple[Path, ...]) -> Lock:
    """The triggers that each partition's own foreign key had on the other table go."""
    return Lock.ACCESS_EXCLUSIVE if lock.relation in referenced else lock.lock


def _below(constraint: TableConstraint, around: Context) -> Iterator[TableConstraint]:
    """The foreign key as one of each partition that has rows."""
    for table in family(constraint.names[:-1], around):
        fact = around.current.get(Ref("table", table))
        if isinstance(fact, Table) and fact.partition_key is None:
            yield msgspec.structs.replace(constraint, names=(*table, constraint.names[-1]))


def _are_new(constraints: tuple[TableConstraint, ...], around: Context) -> bool:
    return not any(each.ref in catalog for each in constraints for catalog in (around.current, around.desired))


def _own(constraint: TableConstraint, above: TableConstraint, around: Context) -> Steps:
    assert constraint.references
    table = constraint.names[:-1]
    columns = {Ref("table column", (*table, column)) for column in constraint.columns}
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD CONSTRAINT {name(constraint.names[-1])} "
        f"{constraint_clause(constraint, around)} NOT VALID",
        stage=Stage.CONSTRAINTS,
        makes=frozenset({constraint.ref}),
        follows=around.desired.uses(above.ref) | columns,
        locks=held(Lock.SHARE_ROW_EXCLUSIVE, around, table, constraint.references),
        undone=f"NOT {there(constraint.ref)}",
    )
    yield validation(constraint, around)
