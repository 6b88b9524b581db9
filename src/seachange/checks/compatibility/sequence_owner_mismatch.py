"""A sequence can belong to a column only where table and sequence have the same owner and the same schema.

ALTER SEQUENCE ... OWNED BY is refused with 55000 otherwise.  Scripts that make the sequence as one role and the table
as another, or that gave the table away before, meet this.

Give the sequence to the owner of the table first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.told import Owner
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import strings
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterSeqStmt, CreateSeqStmt, RangeVar
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    world, node = around.world, written.node
    sequence = world.path(node.sequence) if isinstance(node, AlterSeqStmt | CreateSeqStmt) else ()
    for table in _owned_by(node, world):
        if not world.known:
            yield from unknown(around, CHECK.name, "who owns sequences and their tables")
        if world.at(table) is None:
            continue
        if sequence[0] != table[0]:
            yield _remark(sequence, table, "they are in different schemas", "")
            continue
        here, there = _owner("sequence", sequence, world), _owner("table", table, world)
        if here and there and here != there:
            safe = f"ALTER SEQUENCE {spelled(sequence)} OWNER TO {name(there)};"
            yield _remark(sequence, table, f"{here} owns the one and {there} the other", safe)


def _owned_by(node: Any, world: World) -> Iterator[tuple[str, ...]]:
    for option in node.options:
        if option.def_elem.defname == "owned_by":
            *table, _ = strings(option.def_elem.arg.list.items)
            if table:
                yield world.path(RangeVar(schemaname="".join(table[:-1][-1:]), relname=table[-1]))


def _owner(kind: str, names: tuple[str, ...], world: World) -> str:
    """Who owns it; empty where that is not told, as for what the script made."""
    fact = world.get(Ref("owner", names, (kind,)))
    return fact.role if isinstance(fact, Owner) else ""


def _remark(sequence: tuple[str, ...], table: tuple[str, ...], why: str, safe: str) -> Remark:
    return Remark(
        message=f"The sequence {spelled(sequence)} cannot belong to {spelled(table)}: {why} (55000).",
        about=spelled(sequence),
        advice="Give both to the same owner, and put them into the same schema, first.",
        safe=safe,
    )


CHECK = Check(
    name="sequence-owner-mismatch",
    code="CM16",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="sequences that belong to another role or schema than their table",
    kinds=("AlterSeqStmt", "CreateSeqStmt"),
    statement=_look,
)
