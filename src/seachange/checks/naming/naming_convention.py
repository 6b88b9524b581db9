"""A name that is made otherwise than the others has to be looked up each time.

A project says in seachange.toml how names are made, by kind of object: under [names], table, column, index,
constraint, view, sequence, function, trigger or type, each with a regular expression that the whole name has to
match.  A kind without a setting is held to lower-case words with single underscores between them.

Only told where a project asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, AT_AddConstraint, CreateStmt
from seachange.sql.tree import kind

USUAL = "[a-z][a-z0-9]*(_[a-z0-9]+)*"


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    for what, name in _made(written.node, around):
        wanted = around.customs.names.get(what, USUAL)
        if name and not re.fullmatch(wanted, name):
            yield Remark(
                message=f"The {what} {name} is not named as this project names its own: {wanted}.",
                about=name,
                advice="Give it such a name while nobody knows it by another.",
            )


def _made(node: Message, around: Around) -> Iterator[tuple[str, str]]:
    yield from _itself(node)
    yield from (("column", column.name) for column in around.columns if column.is_new)
    match node:
        case CreateStmt():
            yield from (("constraint", each.constraint.conname) for each in node.table_elts)
        case AlterTableStmt():
            commands = (each.alter_table_cmd for each in node.cmds)
            added = (one for one in commands if one.subtype == AT_AddConstraint)
            yield from (("constraint", getattr(one, "def").constraint.conname) for one in added)


_ITSELF: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "CreateStmt": ("table", lambda node: node.relation.relname),
    "ViewStmt": ("view", lambda node: node.view.relname),
    "IndexStmt": ("index", lambda node: node.idxname),
    "CreateSeqStmt": ("sequence", lambda node: node.sequence.relname),
    "CreateTrigStmt": ("trigger", lambda node: node.trigname),
    "CreateFunctionStmt": ("function", lambda node: node.funcname[-1].string.sval),
    "CreateEnumStmt": ("type", lambda node: node.type_name[-1].string.sval),
    "CompositeTypeStmt": ("type", lambda node: node.typevar.relname),
}


def _itself(node: Message) -> Iterator[tuple[str, str]]:
    if found := _ITSELF.get(kind(node)):
        what, named = found
        yield what, named(node)


CHECK = Check(
    name="naming-convention",
    code="NM04",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="names made otherwise than a project makes them",
    kinds=("AlterTableStmt", *_ITSELF),
    statement=_look,
    optional=True,
    same_as=("atlas NM101", "atlas NM102", "atlas NM103", "atlas NM104", "atlas NM105", "schemalint nameCasing"),
)
