"""The adapted script as a plan: the steps are its own statements, in its own order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from seachange.adapt.draft import Draft, Drafts
from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Drop
from seachange.errors import NotUnderstood
from seachange.plan import Group, Plan
from seachange.repairs.case import Line
from seachange.sql import tree
from seachange.sql.nodes import (
    AlterEnumStmt,
    AlterTableStmt,
    AT_DropColumn,
    DeleteStmt,
    DropStmt,
    InsertStmt,
    RenameStmt,
    TransactionStmt,
    TruncateStmt,
    UpdateStmt,
    VacuumStmt,
)
from seachange.step import Risk, Stage, Step, Way

Names = tuple[str, ...]


def plan(drafts: Drafts, before: Catalog, after: Catalog, search_path: str) -> Plan:
    """What `drafts` do to `before`, which leads to `after`.  Statements between BEGIN and COMMIT are one group."""
    gone = [change.ref for change in changes(before, after) if isinstance(change, Drop)]
    groups = tuple(
        Group(Stage.DATA, tuple(_step(draft, node, gone) for draft, node in block)) for block in _blocks(drafts.all)
    )
    return Plan(
        made_for=before.fingerprint,
        leads_to=after.fingerprint,
        version=before.origin.version or after.origin.version,
        groups=groups,
        search_path=search_path,
    )


def _blocks(drafts: Iterable[Draft]) -> Iterator[list[tuple[Draft, Message | None]]]:
    """What takes effect together: a transaction of the script, or one statement."""
    block: list[tuple[Draft, Message | None]] = []
    within = False
    for draft in drafts:
        node = Line(draft.written, draft.text).node
        if isinstance(node, TransactionStmt):
            if block:
                yield block
            block, within = [], draft.text.split()[0].upper() in ("BEGIN", "START")
        elif draft.text and within:
            block.append((draft, node))
        elif draft.text:
            yield [(draft, node)]
    if block:
        yield block


def _step(draft: Draft, node: Message | None, gone: Iterable[Ref]) -> Step:
    if draft.written.rows is not None and not draft.added:
        raise NotUnderstood(
            f"{draft.written.place}: rows that follow a COPY are not carried out by seachange",
            hint="Load them with psql, or write them as INSERT.",
        )
    takes = frozenset(ref for ref in gone if any(_is_within(ref, names) for names in _dropped(node)))
    return Step(
        sql=draft.text,
        stage=Stage.DATA,
        why=" ".join(done.repair.does for done in draft.done),
        takes=takes,
        risks=frozenset(_risks(node)),
        way=_way(node),
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
    if any(_dropped(node)) or isinstance(node, TruncateStmt | DeleteStmt):
        yield Risk.LOSES_DATA
    if isinstance(node, RenameStmt):
        yield Risk.BREAKS_CLIENTS


def _dropped(node: Message | None) -> Iterator[Names]:
    """What a statement does away with, by the names that it writes."""
    if isinstance(node, DropStmt):
        for each in node.objects:
            yield tuple(part.string.sval for part in each.list.items)
    if isinstance(node, AlterTableStmt):
        table = tuple(filter(None, (node.relation.schemaname, node.relation.relname)))
        for command in node.cmds:
            if command.alter_table_cmd.subtype == AT_DropColumn:
                yield (*table, command.alter_table_cmd.name)


def writes(drafts: Drafts) -> frozenset[str]:
    """The tables whose rows the script itself writes, by their last names."""
    nodes = (Line(draft.written, draft.text).node for draft in drafts.all if draft.text)
    written = (one for node in nodes if node for one in tree.walk(node))
    return frozenset(one.relation.relname for one in written if isinstance(one, InsertStmt | UpdateStmt | DeleteStmt))


def _is_within(ref: Ref, names: Names) -> bool:
    """Whether an object is what a name stands for, or belongs to it; the name may be without its schema."""
    return ref.names[: len(names)] == names or ref.names[1 : len(names) + 1] == names
