"""A rename does not reach into function bodies, and they fail when they are called next.

Views, keys, defaults and bodies in standard SQL (BEGIN ATOMIC) follow a rename, for they hold on to the object.  A body
between quotes is a string: it names a table or column that is not there any more (42P01, 42703), and nobody notices
before it is called.

Make the functions anew in the same transaction, or give them standard SQL bodies.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts.routines import Routine
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.named import first_told, strings
from seachange.checks.routines import called, mentioned, routines
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_COLUMN,
    OBJECT_FUNCTION,
    OBJECT_MATVIEW,
    OBJECT_TABLE,
    OBJECT_VIEW,
    CreateFunctionStmt,
    RenameStmt,
)

_RELATIONS = frozenset({OBJECT_TABLE, OBJECT_VIEW, OBJECT_MATVIEW})


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RenameStmt)
    names = _names(statement, around)
    if not names:
        return
    if not around.world.known:
        if first_told(around, ("RenameStmt",)):
            yield _remark(" of ".join(names), [], Verdict.UNKNOWN)
        return
    broken = [one for one in routines(around.world) if one.body and _uses(one, names) and not _made_anew(one, around)]
    if broken:
        yield _remark(" of ".join(names), sorted(map(called, broken)))


def _names(statement: Any, around: Around) -> tuple[str, ...]:
    """All that a body must name to mean the object: a column, and its table; none for what the script itself made."""
    if statement.rename_type == OBJECT_FUNCTION:
        return strings([statement.object])[-1:]
    table = around.world.path(statement.relation)
    if around.world.is_new(table):
        return ()
    if statement.rename_type == OBJECT_COLUMN:
        return (statement.subname, table[-1])
    return table[-1:] if statement.rename_type in _RELATIONS else ()


def _uses(routine: Routine, names: tuple[str, ...]) -> bool:
    return mentioned(routine.body or "").issuperset(names)


def _made_anew(routine: Routine, around: Around) -> bool:
    later = (each.node for each in around.later)
    made = (strings(node.funcname)[-1] for node in later if isinstance(node, CreateFunctionStmt))
    return routine.names[-1] in made


def _remark(what: str, broken: list[str], verdict: Verdict = Verdict.FLAGGED) -> Remark:
    unknown = verdict is Verdict.UNKNOWN
    return Remark(
        message=f"Functions whose bodies name {what} would fail; which ones, only the database knows."
        if unknown
        else f"Bodies still name {what} by the old name, and fail when they are called: {', '.join(broken)}.",
        about=what,
        advice="Make the functions anew in the same transaction.",
        verdict=verdict,
    )


CHECK = Check(
    name="rename-breaks-function-bodies",
    code="CO24",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="renames that function bodies do not follow",
    kinds=("RenameStmt",),
    statement=_look,
)
