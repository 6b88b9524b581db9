"""How much of the server's disk a plan takes while it runs."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan import Group, Plan
from seachange.plan.folder import Folder
from seachange.step import Risk, Step

ENTRY = 16
"""Bytes of an entry of an index, besides its values."""
VALUE = 8
"""Bytes of a value in it, at the least."""


def needed(folder: Folder) -> int:
    """Bytes that must be free, estimated low from how large the tables were when the plan was made.

    A rewrite holds the old and the new table until its transaction ends.  What a backfill changes is written anew
    beside what was there, and what an index takes stays.
    """
    groups = folder.plan.groups
    staying = sum(_staying(step, folder) for group in groups for step in group.steps)
    return staying + max((_rewritten(group, folder) for group in groups), default=0)


def _rewritten(group: Group, folder: Folder) -> int:
    return sum(_bytes(relation, folder) for relation in frozenset().union(*(step.rewrites for step in group.steps)))


def _staying(step: Step, folder: Folder) -> int:
    filled = _bytes(step.fill.table, folder) if step.fill else 0
    return filled + (sum(_indexes(step, folder)) if Risk.BUILDS_INDEX in step.risks else 0)


def _indexes(step: Step, folder: Folder) -> Iterator[int]:
    for ref in step.makes:
        match folder.desired.get(ref):
            case Index(table=table, columns=columns):
                yield _rows(table, folder.plan) * (ENTRY + VALUE * len(columns))
            case TableConstraint(names=names, columns=columns):
                yield _rows(names[:-1], folder.plan) * (ENTRY + VALUE * len(columns))


def _rows(relation: Path, plan: Plan) -> int:
    volume = plan.sizes.get(relation)
    return volume.rows if volume else 0


def _bytes(relation: Path, folder: Folder) -> int:
    """Of a table in a tablespace of its own nothing is known: that may be another disk."""
    volume = folder.plan.sizes.get(relation)
    elsewhere = getattr(folder.current.get(Ref("table", relation)), "tablespace", None)
    return volume.bytes if volume and elsewhere is None else 0
