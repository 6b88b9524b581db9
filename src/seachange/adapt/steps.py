"""The adapted script as a plan: the steps are its own statements, in its own order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.adapt.blocks import Block, Said, blocks
from seachange.adapt.draft import Draft, Drafts
from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Drop
from seachange.plan import Group, Plan
from seachange.repairs.case import Line
from seachange.sql import tree
from seachange.sql.nodes import (
    DROP_CASCADE,
    AlterEnumStmt,
    AlterTableStmt,
    AT_DropColumn,
    DeleteStmt,
    DropOwnedStmt,
    DropStmt,
    InsertStmt,
    List,
    ObjectWithArgs,
    RenameStmt,
    String,
    TruncateStmt,
    TypeName,
    UpdateStmt,
    VacuumStmt,
)
from seachange.step import Risk, Stage, Step, Way

Names = tuple[str, ...]


def plan(drafts: Drafts, before: Catalog, after: Catalog, search_path: str) -> Plan:
    """What `drafts` do to `before`, which leads to `after`.  Statements between BEGIN and COMMIT are one group.

    Rows that follow a COPY are not part of it: `carried_by_psql` has those.
    """
    losses = _Losses(change.ref for change in changes(before, after) if isinstance(change, Drop))
    groups = tuple(_group(block, losses, search_path) for block in blocks(drafts))
    return Plan(
        made_for=before.fingerprint,
        leads_to=after.fingerprint,
        version=before.origin.version or after.origin.version,
        groups=groups,
        search_path=search_path,
    )


def carried_by_psql(drafts: Drafts) -> tuple[Draft, ...]:
    """The COPY statements that rows follow."""
    return tuple(one for one in drafts.all if one.text and one.written.rows is not None and not one.added)


def _group(block: Block, losses: _Losses, search_path: str) -> Group:
    """Where it sets something itself, it says from what on: it is not to be sent along with others."""
    alone = len(block.said) == 1
    steps = tuple(_step(one, losses, alone=alone) for one in block.said)
    own = {"search_path": search_path} if block.sets else {}
    return Group(Stage.DATA, steps, settings=tuple((own | dict(block.settings)).items()))


class _Losses:
    """What is gone in the end, each with the statement that did away with it."""

    def __init__(self, gone: Iterable[Ref]) -> None:
        self._gone = dict.fromkeys(gone)

    def by(self, node: Message | None) -> frozenset[Ref]:
        """What it names, with all that is within; with CASCADE what else is gone and nobody has named."""
        names = tuple(_dropped(node))
        found = frozenset(ref for ref in self._gone if any(_is_within(ref, one) for one in names))
        if isinstance(node, DropStmt | DropOwnedStmt) and node.behavior == DROP_CASCADE:
            found = frozenset(self._gone)
        for ref in found:
            del self._gone[ref]
        return found


def _step(said: Said, losses: _Losses, *, alone: bool) -> Step:
    draft, node = said.draft, said.node
    return Step(
        sql=said.text,
        stage=Stage.DATA,
        why=" ".join(done.repair.does for done in draft.done),
        takes=losses.by(node),
        risks=frozenset(_risks(node)),
        way=_way(node) if alone else Way.GROUPED,
    )


def _way(node: Message | None) -> Way:
    if isinstance(node, AlterEnumStmt) and node.new_val and not node.old_val:
        return Way.COMMITTED
    return Way.ALONE if isinstance(node, VacuumStmt) or (node and _works_concurrently(node)) else Way.GROUPED


def _works_concurrently(node: Message) -> bool:
    """CREATE INDEX CONCURRENTLY and its like, which PostgreSQL refuses within a transaction."""
    if getattr(node, "concurrent", False) is True:
        return tree.kind(node) != "RefreshMatViewStmt"
    return any(option.def_elem.defname == "concurrently" for option in getattr(node, "params", ()))


def _risks(node: Message | None) -> Iterator[Risk]:
    if any(_dropped(node)) or isinstance(node, TruncateStmt | DeleteStmt | DropOwnedStmt):
        yield Risk.LOSES_DATA
    if isinstance(node, RenameStmt):
        yield Risk.BREAKS_CLIENTS


def _dropped(node: Message | None) -> Iterator[Names]:
    """What a statement does away with, by the names that it writes."""
    if isinstance(node, DropStmt):
        for each in node.objects:
            yield _names(each)
    if isinstance(node, AlterTableStmt):
        table = tuple(filter(None, (node.relation.schemaname, node.relation.relname)))
        for command in node.cmds:
            if command.alter_table_cmd.subtype == AT_DropColumn:
                yield (*table, command.alter_table_cmd.name)


def _names(node: Any) -> Names:
    """What is dropped: a schema is called by a word, a type and a routine by a node of their own."""
    match tree.inner(node):
        case String(sval=name):
            return (name,)
        case TypeName(names=parts):
            return _names_of(parts)
        case ObjectWithArgs(objname=parts):
            return _names_of(parts)
        case List(items=parts):
            return _names_of(parts)
    return ()


def _names_of(parts: Iterable[Any]) -> Names:
    return tuple(part.string.sval for part in parts if part.WhichOneof("node") == "string")


def writes(drafts: Drafts) -> frozenset[str]:
    """The tables whose rows the script itself writes, by their last names."""
    nodes = (Line(draft.written, draft.text).node for draft in drafts.all if draft.text)
    written = (one for node in nodes if node for one in tree.walk(node))
    return frozenset(one.relation.relname for one in written if isinstance(one, InsertStmt | UpdateStmt | DeleteStmt))


def _is_within(ref: Ref, names: Names) -> bool:
    """Whether an object is what a name stands for, or belongs to it; the name may be without its schema."""
    return bool(names) and (ref.names[: len(names)] == names or ref.names[1 : len(names) + 1] == names)
