"""The adapted script as a plan: the steps are its own statements, in its own order."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.adapt.draft import Drafts
from seachange.adapt.going import Gone, dropped, within
from seachange.catalog.catalog import Catalog
from seachange.errors import NotUnderstood
from seachange.plan import Group, Plan
from seachange.repairs.case import Line
from seachange.sql import tree
from seachange.sql.nodes import (
    TRANS_STMT_BEGIN,
    TRANS_STMT_START,
    AlterEnumStmt,
    DeleteStmt,
    InsertStmt,
    RenameStmt,
    TransactionStmt,
    TruncateStmt,
    UpdateStmt,
    VacuumStmt,
)
from seachange.step import Risk, Stage, Step, Way

BEGINS = (TRANS_STMT_BEGIN, TRANS_STMT_START)


def plan(drafts: Drafts, lost: Gone, before: Catalog, after: Catalog, search_path: str) -> Plan:
    """What `drafts` do to `before`, which leads to `after`.  Statements between BEGIN and COMMIT are one group."""
    groups = tuple(
        Group(Stage.DATA, tuple(_step(drafts, number, node, lost, alone=len(block) == 1) for number, node in block))
        for block in _blocks(drafts)
    )
    return Plan(
        made_for=before.fingerprint,
        leads_to=after.fingerprint,
        version=before.origin.version or after.origin.version,
        groups=groups,
        search_path=search_path,
    )


def _blocks(drafts: Drafts) -> Iterator[list[tuple[int, Message | None]]]:
    """What takes effect together: a transaction of the script, or of the tool that runs the file, or one statement."""
    wrapped = frozenset(one.name for one in drafts.migrations if one.wrapped)
    block: list[tuple[int, Message | None]] = []
    home, within = "", False
    for number, draft in enumerate(drafts.all):
        node = Line(draft.written, draft.text).node
        turns = isinstance(node, TransactionStmt)
        if not draft.moved and draft.written.file != home:
            home, turns = draft.written.file, True
        if turns and block:
            yield block
            block = []
        if turns:
            within = home in wrapped or (isinstance(node, TransactionStmt) and node.kind in BEGINS)
        if draft.text and not isinstance(node, TransactionStmt):
            block.append((number, node))
            if not within:
                yield block
                block = []
    if block:
        yield block


def _step(drafts: Drafts, number: int, node: Message | None, lost: Gone, *, alone: bool) -> Step:
    draft = drafts.all[number]
    if draft.written.rows is not None and not draft.added:
        raise NotUnderstood(
            f"{draft.written.place}: rows that follow a COPY are not carried out by seachange",
            hint="Load them with psql, or write them as INSERT.",
        )
    renamed = lost.renamed.get(number, ())
    return Step(
        sql=draft.text,
        stage=Stage.DATA,
        why=" ".join(done.repair.does for done in draft.done),
        makes=frozenset(renamed[1:]),
        takes=lost.taken.get(number, frozenset()).union(renamed[:1]),
        risks=frozenset(risk for one in within(draft.text, node) for risk in _risks(one)),
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


def _risks(node: Message) -> Iterator[Risk]:
    if any(dropped(node)) or isinstance(node, TruncateStmt | DeleteStmt):
        yield Risk.LOSES_DATA
    if isinstance(node, RenameStmt):
        yield Risk.BREAKS_CLIENTS


def writes(drafts: Drafts) -> frozenset[str]:
    """The tables whose rows the script itself writes, by their last names."""
    written = (one for nodes in statements(drafts) for node in nodes for one in tree.walk(node))
    return frozenset(one.relation.relname for one in written if isinstance(one, InsertStmt | UpdateStmt | DeleteStmt))


def statements(drafts: Drafts) -> tuple[tuple[Message, ...], ...]:
    """What each of `drafts` does; a DO block does several things."""
    return tuple(within(draft.text, Line(draft.written, draft.text).node) for draft in drafts.all)
