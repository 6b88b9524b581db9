"""CREATE OR REPLACE changes what others call or read, at once and for everybody.

While a deployment goes on, old programs call the new function and read the new view.  The names stay, so nothing
fails where it would be seen: a result that is rounded otherwise, a view that leaves rows out, a trigger that does one
thing more.  The way back is the old text, which the database no longer has.

Give the new one another name where the change is more than a repair.  Only told where a project asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import Named, is_new, placed
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateFunctionStmt, CreateTrigStmt, DefineStmt, RuleStmt, ViewStmt


def _look(written: Written, around: Around) -> Remarks:
    node: Any = written.node
    if not node.replace:
        return
    for thing in _replaced(node, around):
        if not is_new(around.world, thing):
            yield Remark(
                message=f"Everybody who uses the {thing.kind} {thing.about} gets the new one at once.",
                about=thing.about,
                advice="Give it another name where it is more than a repair, and keep the old text.",
            )


def _replaced(node: Message, around: Around) -> Iterator[Named]:
    world = around.world
    match node:
        case ViewStmt():
            yield Named("view", world.path(node.view))
        case CreateFunctionStmt():
            yield placed("procedure" if node.is_procedure else "function", node.funcname, world)
        case DefineStmt():
            yield placed("aggregate", node.defnames, world)
        case CreateTrigStmt():
            yield Named("trigger", (*world.path(node.relation), node.trigname))
        case RuleStmt():
            yield Named("rule", (*world.path(node.relation), node.rulename))


CHECK = Check(
    name="client-compat-replace",
    code="CM29",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="CREATE OR REPLACE of what others use",
    kinds=("ViewStmt", "CreateFunctionStmt", "DefineStmt", "CreateTrigStmt", "RuleStmt"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-replace-view-function",),
)
