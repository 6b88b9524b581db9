"""CREATE OR REPLACE FUNCTION changes the body, not what callers rely on.

Another return type, other OUT columns, another name for a parameter, or a default that is gone is refused with 42P13;
a procedure in the place of a function with 42809.  Types count, too: setof, and the columns of RETURNS TABLE.  Other
argument types do not replace the function, they make a second one beside it.

DROP FUNCTION first and create it anew, in one transaction, with all that depends on it: triggers, views, policies,
defaults and privileges.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.routines import Procedure, Routine
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.replacing import argument_type, identity, routine, taken
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import FUNC_PARAM_INOUT, FUNC_PARAM_OUT, FUNC_PARAM_TABLE, CreateFunctionStmt
from seachange.sql.quote import path
from seachange.sql.tree import NotParsed, tree

_GIVEN = frozenset({FUNC_PARAM_OUT, FUNC_PARAM_INOUT, FUNC_PARAM_TABLE})


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, CreateFunctionStmt)
    if not statement.replace:
        return
    if not around.world.known:
        yield from unknown(around, CHECK.name, "whether functions can be replaced by these")
    found = routine(statement, around.world)
    for said in _refused(statement, found, around.world) if found else ():
        yield Remark(
            message=f"{identity(found)} cannot be replaced: {said}." if found else "",
            about=spelled(found.names) if found else "",
            advice="Drop it first, with what depends on it, and make both anew in one transaction.",
            safe=f"DROP FUNCTION {path(found.names)}({', '.join(found.args)});" if found else "",
        )
        return


def _refused(statement: CreateFunctionStmt, found: Routine, world: World) -> Iterator[str]:
    if isinstance(found, Procedure) is not bool(statement.is_procedure):
        yield "a function is no procedure (42809)"
        return
    old = _signature(found)
    if old is None:
        return
    if _result(statement, world) != _result(old, world):
        yield "it would return another type (42P13)"
    for before, after in zip(taken(old), taken(statement), strict=False):
        if before.name and before.name != after.name:
            yield f"its parameter {before.name} would have another name (42P13)"
        if before.HasField("defexpr") and not after.HasField("defexpr"):
            yield "a parameter would lose its default (42P13)"


def _signature(found: Routine) -> CreateFunctionStmt | None:
    """What is there, written as a statement, so that both are read by the same grammar."""
    kind = "PROCEDURE" if isinstance(found, Procedure) else "FUNCTION"
    returns = f"RETURNS {found.returns}" if found.returns else ""
    try:
        return tree(f"CREATE {kind} f({found.arguments}) {returns} LANGUAGE sql AS ''")
    except NotParsed:
        return None


def _result(statement: CreateFunctionStmt, world: World) -> object:
    """What comes back: of several columns, their names and types."""
    columns = [each.function_parameter for each in statement.parameters]
    given = tuple((one.name, argument_type(one.arg_type, world)) for one in columns if one.mode in _GIVEN)
    setof = bool(statement.return_type.setof) or any(one.mode == FUNC_PARAM_TABLE for one in columns)
    if len(given) > 1 or statement.is_procedure:
        return setof, given
    if given:
        return setof, given[0][1]
    return setof, argument_type(statement.return_type, world)


CHECK = Check(
    name="function-not-replaceable",
    code="CM11",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="functions that cannot be replaced as they are written",
    kinds=("CreateFunctionStmt",),
    statement=_look,
)
