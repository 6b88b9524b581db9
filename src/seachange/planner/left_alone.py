"""Partitions that were made at run time: the desired state has their table, and speaks of no partition of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import ForeignTable, Index, Sequence, Table
from seachange.catalog.ref import Ref
from seachange.compare import Change
from seachange.finding import Finding, Severity


def left_alone(current: Catalog, desired: Catalog) -> frozenset[Path]:
    """The partitions in `current` that stay as they are, with theirs."""
    waiting = [table for table in _tables(current) if table.bound and table.ref not in desired]
    if not waiting:
        return frozenset()
    with_partitions = {parent for table in _tables(desired) if table.bound for parent in table.parents}
    left: set[Path] = set()
    while found := [table.names for table in waiting if _stays(table, desired, with_partitions, left)]:
        left.update(found)
        waiting = [table for table in waiting if table.names not in left]
    return frozenset(left)


def _stays(table: Table | ForeignTable, desired: Catalog, with_partitions: set[Path], left: set[Path]) -> bool:
    (parent,) = table.parents
    whole = desired.get(Ref("table", parent))
    partitioned = isinstance(whole, Table) and whole.partition_key is not None
    return parent in left or (partitioned and parent not in with_partitions)


def _tables(catalog: Catalog) -> Iterator[Table | ForeignTable]:
    return chain(catalog.of(Table), catalog.of(ForeignTable))


def without(changes: Iterable[Change], left: frozenset[Path], catalog: Catalog) -> Iterator[Change]:
    """The changes that do not concern what is left alone."""
    for change in changes:
        if not (left and _is_of(change.ref, left, catalog)):
            yield change


def _is_of(ref: Ref, left: frozenset[Path], catalog: Catalog) -> bool:
    if ref.names in left or ref.names[:-1] in left:
        return True
    target = Ref(ref.args[0], ref.names, ref.args[1:]) if ref.args and ref.kind == "comment" else ref
    fact: Fact | None = catalog.get(target)
    if isinstance(fact, Index):
        return fact.table in left
    return isinstance(fact, Sequence) and fact.owned_by in left


def told_of(left: frozenset[Path]) -> Iterator[Finding]:
    """What the reader of the plan should know."""
    for path in sorted(left):
        yield Finding(
            check="partition-left-alone",
            severity=Severity.NOTE,
            about=".".join(path),
            message="The desired state speaks of no partition of this table: this one counts as made at run time, "
            "and stays.",
            advice="To have it dropped, drop it yourself, or list the partitions that you want in the desired state.",
        )
