"""The adapted script as a plan: the steps are its own statements, in its own order."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.adapt.blocks import Block, Said, blocks
from seachange.adapt.draft import Draft, Drafts
from seachange.adapt.going import Gone, dropped, within
from seachange.catalog.catalog import Catalog
from seachange.plan import Group, Plan
from seachange.repairs.case import Line
from seachange.sql import tree
from seachange.sql.nodes import (
    AlterEnumStmt,
    DeleteStmt,
    DropOwnedStmt,
    InsertStmt,
    RenameStmt,
    TruncateStmt,
    UpdateStmt,
    VacuumStmt,
)
from seachange.step import Risk, Stage, Step, Way


def plan(drafts: Drafts, lost: Gone, before: Catalog, after: Catalog, search_path: str) -> Plan:
    """What `drafts` do to `before`, which leads to `after`.  Statements between BEGIN and COMMIT are one group.

    Rows that follow a COPY are not part of it: `carried_by_psql` has those.
    """
    groups = tuple(_group(block, lost, search_path) for block in blocks(drafts))
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


def _group(block: Block, lost: Gone, search_path: str) -> Group:
    """Where it sets something itself, it says from what on: it is not to be sent along with others."""
    alone = len(block.said) == 1
    steps = tuple(_step(one, lost, alone=alone) for one in block.said)
    own = {"search_path": search_path} if block.sets else {}
    return Group(Stage.DATA, steps, settings=tuple((own | dict(block.settings)).items()))


def _step(said: Said, lost: Gone, *, alone: bool) -> Step:
    draft, node = said.draft, said.node
    renamed = lost.renamed.get(said.number, ())
    return Step(
        sql=said.text,
        stage=Stage.DATA,
        why=" ".join(done.repair.does for done in draft.done),
        makes=frozenset(renamed[1:]),
        takes=lost.taken.get(said.number, frozenset()).union(renamed[:1]),
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
    if any(dropped(node)) or isinstance(node, TruncateStmt | DeleteStmt | DropOwnedStmt):
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
