"""A function that says IMMUTABLE and reads tables, settings or the time makes indexes that lie.

The server believes it: it keeps what the function said in an index, in a partition's bound, in a generated column, in a
plan.  Once the table or the setting is another, an index scan finds other rows than a full scan does, and a dump cannot
be restored.

Say STABLE, and build anew what leans on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.routines import Routine
from seachange.checks.around import Around, State
from seachange.checks.bodies import queries
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import strings
from seachange.checks.routines import body, called, routines
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.rules.volatility import VOLATILE
from seachange.sql.bodies import Body
from seachange.sql.migration import Written
from seachange.sql.nodes import CommonTableExpr, CreateFunctionStmt, FuncCall, RangeVar, SQLValueFunction
from seachange.sql.tree import walk

_MOVING = frozenset(
    {"now", "current_setting", "statement_timestamp", "transaction_timestamp", "txid_current", "inet_client_addr"}
)


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, CreateFunctionStmt)
    told = (option.def_elem for option in statement.options if option.def_elem.defname == "volatility")
    if written.body and any(option.arg.string.sval == "immutable" for option in told):
        yield from _said(written.body, spelled(strings(statement.funcname)))


def _state(state: State) -> Remarks:
    for routine in routines(World(state.catalog)):
        found = body(routine) if routine.volatility == "immutable" else None
        if found:
            yield from _said(found, called(routine), _safe(routine))


def _said(body: Body, function: str, safe: str = "") -> Iterator[Remark]:
    read = next((what for inner in queries(body) for what in _moving(inner.node)), "")
    if read:
        yield Remark(
            message=f"{function} says that it is IMMUTABLE, and reads {read}.",
            about=function,
            advice="Have it STABLE, and build anew the indexes and columns that are made of it.",
            safe=safe,
        )


def _safe(routine: Routine) -> str:
    return f"ALTER FUNCTION {called(routine)} STABLE;"


def _moving(node: Any) -> Iterator[str]:
    """What a query reads that may be another tomorrow."""
    own = {each.ctename for each in walk(node) if isinstance(each, CommonTableExpr)}
    for each in walk(node):
        match each:
            case RangeVar() if each.relname not in own:
                yield f"the table {each.relname}"
            case FuncCall() if (called := each.funcname[-1].string.sval) in _MOVING or called in VOLATILE:
                yield f"{called}()"
            case SQLValueFunction():
                yield "the time or the session"


CHECK = Check(
    name="immutable-lies",
    code="CO22",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="functions that say IMMUTABLE and are not",
    kinds=("CreateFunctionStmt",),
    statement=_look,
    state=_state,
    same_as=("advisor immutable-reads-data",),
)
