"""Even what is added may meet programs that do not reckon with it.

A new label of an enum reaches a program that has a list of the old ones.  A new attribute of a composite type, or a
new column, shifts what goes by position: INSERT without a list of columns, SELECT *, a client that maps rows by
number, a function that returns the row type.

Bring the readers into line before the first such value is written.  Only told where a project asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, given, is_new, named, placed
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_TYPE, AlterEnumStmt, AlterTableStmt, AT_AddColumn


def _look(written: Written, around: Around) -> Remarks:
    for about, met, rule in _added(written.node, around):
        yield Remark(
            message=f"Programs that do not know of it meet {met}.",
            about=about,
            advice="Bring into line what reads it first.",
            same_as=(rule,),
        )


def _added(node: Message | None, around: Around) -> Iterator[tuple[str, str, str]]:
    match node:
        case AlterEnumStmt() if not node.old_val:
            enum = placed("type", node.type_name, around.world)
            if not is_new(around.world, enum):
                yield enum.about, f"the label '{node.new_val}' of {enum.about}", "squawk ban-add-enum-value"
        case AlterTableStmt():
            of_type = node.objtype == OBJECT_TYPE
            relation = named("type" if of_type else "table", node.relation, around.world)
            rule = "squawk ban-add-composite-attribute" if of_type else "squawk ban-add-column"
            for command in commands(node):
                if command.subtype == AT_AddColumn and not is_new(around.world, relation):
                    about = spelled((*relation.names, given(command).colname))
                    yield about, about, rule


CHECK = Check(
    name="client-compat-add",
    code="CM33",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="labels, attributes and columns that programs do not know of yet",
    kinds=("AlterEnumStmt", "AT_AddColumn"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-add-enum-value", "squawk ban-add-composite-attribute", "squawk ban-add-column"),
)
