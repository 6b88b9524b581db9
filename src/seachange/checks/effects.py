"""What a statement does to relations that others use: its locks, what it writes anew, what it reads whole.

Told from the grammar and the catalog; where no catalog was given, what is not known counts as the worst.  The locks are
those that were measured on PostgreSQL 14 to 18.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.checks.doing import altering, beside, dropping, indexes, reading, tables
from seachange.checks.doing.deed import NOTHING, Effects, together
from seachange.checks.world import World
from seachange.sql.bodies import body
from seachange.sql.migration import Written
from seachange.sql.nodes import DoStmt
from seachange.sql.tree import kind
from seachange.step import Lock

__all__ = ["NOTHING", "Effects", "effects", "is_dangerous", "statements"]

Does = Callable[[Any, World, int], Effects]

DOING: Mapping[str, Does] = {
    "AlterTableStmt": altering.altered,
    "IndexStmt": indexes.create_index,
    "ReindexStmt": indexes.reindex,
    "DropStmt": dropping.dropped,
    "CreateStmt": tables.create_table,
    "CreateForeignTableStmt": tables.create_foreign_table,
    "CreateTableAsStmt": tables.create_table_as,
    "ViewStmt": tables.create_view,
    "RefreshMatViewStmt": tables.refresh,
    "TruncateStmt": tables.truncate,
    "ClusterStmt": tables.cluster,
    "VacuumStmt": tables.vacuum,
    "LockStmt": tables.lock_table,
    "SelectStmt": reading.query,
    "InsertStmt": reading.query,
    "UpdateStmt": reading.query,
    "DeleteStmt": reading.query,
    "MergeStmt": reading.query,
    "CopyStmt": reading.copy,
    "CreateTrigStmt": beside.create_trigger,
    "RuleStmt": beside.create_rule,
    "CreatePolicyStmt": beside.policy,
    "AlterPolicyStmt": beside.policy,
    "RenameStmt": beside.rename,
    "AlterObjectSchemaStmt": beside.set_schema,
    "CommentStmt": beside.comment,
    "GrantStmt": beside.grant,
    "CreateStatsStmt": beside.create_statistics,
    "CreatePublicationStmt": beside.publish,
    "AlterPublicationStmt": beside.publish,
    "AlterSeqStmt": beside.alter_sequence,
    "AlterDomainStmt": beside.alter_domain,
}
"""What the statements do, by the names of their nodes; all others touch no relation."""


def effects(written: Written, world: World, version: int) -> Effects:
    """What `written` does, just before it is run.  Of a DO all that its body may do counts, whatever it depends on."""
    found = [does(node, world, version) for node in statements(written) if (does := DOING.get(kind(node)))]
    return _of_old(together(found), world) if found else NOTHING


def statements(written: Written) -> Iterator[Message]:
    """The statement itself; of a DO those in its body, also those in constants that it executes."""
    node = written.node
    if isinstance(node, DoStmt):
        inside = body(written.sql, node)
        found = inside.inner if inside else ()
        yield from (one.node for one in found if not one.expression and one.node is not None)
    elif node is not None:
        yield node


def is_dangerous(effects: Effects) -> bool:
    """Whether writers or readers wait for as long as it works on rows."""
    return bool(effects.works) and effects.lock >= Lock.SHARE


def _of_old(found: Effects, world: World) -> Effects:
    """Without what the script itself made: nobody else uses it yet."""
    if found is NOTHING:
        return found
    new = {path for path in (*(held.relation for held in found.locks), *found.works) if world.is_new(path)}
    if not new:
        return found
    return Effects(
        tuple(held for held in found.locks if held.relation not in new),
        _without(found.rewrites, new),
        _without(found.scans, new),
        _without(found.builds, new),
        found.waits,
    )


def _without(paths: frozenset[Path], new: set[Path]) -> frozenset[Path]:
    return paths - new
