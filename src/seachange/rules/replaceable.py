"""Whether a constraint can be followed by another of its name without a moment that has neither."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.family import family, is_apart
from seachange.rules.rule import Context

KEYS = ("primary key", "unique")


def is_replaceable(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    """Others use the table, and the new one can be ready beside the old one."""
    if not all(each.validated and each.enforced for each in (old, new)) or old.no_inherit != new.no_inherit:
        return False
    if old.type == new.type == "check":
        return _is_check_replaceable(new, around)
    return old.type in KEYS and new.type in KEYS and _is_key_replaceable(old, new, around)


def is_index_replaceable(old: Index, new: Index, around: Context) -> bool:
    """Whether its constraint is."""
    ref = Ref("table constraint", (*new.table, new.names[-1]))
    before, after = around.current.get(ref), around.desired.get(ref)
    if not (isinstance(before, TableConstraint) and isinstance(after, TableConstraint)):
        return False
    return old.table == new.table and is_replaceable(before, after, around)


def is_replaced_above(constraint: TableConstraint, around: Context) -> bool:
    """It follows from the same change to a table above."""
    return any(True for _ in _above(constraint, around))


def _above(constraint: TableConstraint, around: Context) -> Iterator[TableConstraint]:
    table = around.desired.get(Ref("table", constraint.names[:-1]))
    for parent in getattr(table, "parents", ()):
        ref = Ref("table constraint", (*parent, constraint.names[-1]))
        old, new = around.current.get(ref), around.desired.get(ref)
        if isinstance(old, TableConstraint) and isinstance(new, TableConstraint) and old != new:
            yield new


def _is_check_replaceable(new: TableConstraint, around: Context) -> bool:
    if above := tuple(_above(new, around)):
        return all(_is_check_replaceable(each, around) for each in above)
    if new.inherited or not is_apart(new.names[:-1], new.ref, around):
        return False
    follow = all(_follows(table, new, around) for table in family(new.names[:-1], around)[1:])
    return follow and all(_is_same(used, around) for used in around.desired.uses(new.ref))


def _follows(table: Path, above: TableConstraint, around: Context) -> bool:
    """Whether all that the table has of this name comes from above."""
    ref, member = Ref("table constraint", (*table, above.names[-1])), around.desired.get(Ref("table", table))
    old, new = around.current.get(ref), around.desired.get(ref)
    if old is None and new is None:
        return above.no_inherit
    partition = isinstance(member, Table) and member.bound is not None
    return partition or all(getattr(each, "inherited", False) for each in (old, new))


def _is_same(used: Ref, around: Context) -> bool:
    """Whether it means the same before and after."""
    old, new = around.current.get(used), around.desired.get(used)
    if isinstance(old, Column) and isinstance(new, Column):
        return (old.type, old.collation, old.generated) == (new.type, new.collation, new.generated)
    return (old is None) == (new is None)


def _is_key_replaceable(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    table, index = new.names[:-1], Ref("index", (new.names[0], new.names[-1]))
    if old.temporal or new.temporal or not is_apart(table, new.ref, around):
        return False
    users = around.current.users(new.ref) | around.current.users(index)
    if users - {new.ref, index} or not _is_plain(index, around):
        return False
    columns = (Ref("table column", (*table, column)) for column in (*new.columns, *new.include))
    return all(_is_same(column, around) for column in columns) and not any(_relaxed(old, around))


def _is_plain(ref: Ref, around: Context) -> bool:
    """The index is no part of another, and the table has no other use for it."""
    for catalog in (around.current, around.desired):
        index = catalog.get(ref)
        if not isinstance(index, Index) or index.part_of or not index.valid:
            return False
        table = catalog.get(Ref("table", index.table))
        if not isinstance(table, Table) or table.partition_key or table.cluster_on == ref.names[-1]:
            return False
        if table.replica_identity not in ("default", "full", "nothing"):
            return False
    return True


def _relaxed(old: TableConstraint, around: Context) -> Iterator[bool]:
    """For each column of a primary key whether it may be null from now on: that must come after."""
    for column in old.columns:
        new = around.desired.get(Ref("table column", (*old.names[:-1], column)))
        yield old.type == "primary key" and isinstance(new, Column) and not new.not_null
