"""CREATE OR REPLACE with other argument types replaces nothing: it makes a second function of the same name.

The old one stays, with its old body.  Calls choose between the two by the types of their arguments: some go on with the
old one, and where both fit, the call is refused as ambiguous (42725).  A parameter with a default is enough for that.

Drop the old function in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.routines import Function
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import strings
from seachange.checks.routines import called
from seachange.checks.typed import type_of, without_length
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import FUNC_PARAM_OUT, FUNC_PARAM_TABLE, CreateFunctionStmt, DropStmt

_GIVEN = frozenset({FUNC_PARAM_OUT, FUNC_PARAM_TABLE})


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, CreateFunctionStmt)
    if not statement.replace or statement.is_procedure:
        return
    types = tuple(_taken(statement, around.world))
    others = [one for one in _same_name(statement, around.world) if one.args != types]
    if not all(types) or len(others) != 1 or any(one.args == types for one in _same_name(statement, around.world)):
        return
    if not _dropped(others[0], around):
        yield Remark(
            message=f"{called(others[0])} has other argument types, and stays beside the new one.",
            about=spelled(others[0].names),
            advice="Drop the old one in the same transaction, unless both are meant.",
            safe=f"DROP FUNCTION {called(others[0])};",
        )


def _taken(statement: Any, world: World) -> Iterator[str]:
    for each in statement.parameters:
        if each.function_parameter.mode not in _GIVEN:
            yield without_length(type_of(each.function_parameter.arg_type, world))


def _same_name(statement: Any, world: World) -> list[Function]:
    *schema, last = strings(statement.funcname)
    home = schema or [world.home]
    return [one for one in world.functions(last) if [one.names[0]] == home]


def _dropped(old: Function, around: Around) -> bool:
    return any(
        isinstance(each.node, DropStmt) and any(strings([one])[-1:] == old.names[-1:] for one in each.node.objects)
        for each in around.later
    )


CHECK = Check(
    name="function-overload-instead-of-replace",
    code="CO27",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="CREATE OR REPLACE that makes a second function",
    kinds=("CreateFunctionStmt",),
    statement=_look,
)
