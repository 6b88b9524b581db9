"""CREATE OR REPLACE VIEW can add columns at the end, and nothing else (42P16).

A column that is missing, has another name, another place or another type is refused.  So is a view that is a table or a
materialized view by now.

Drop the view and make it anew in one transaction, with its grants and comments, and with what is built on it.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts.relations import View
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import strings
from seachange.checks.outputs import output_name
from seachange.checks.scopes import Scope, query_outputs
from seachange.checks.typed import type_of
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import SelectStmt, TypeCast, ViewStmt
from seachange.sql.quote import name
from seachange.sql.tree import inner


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, ViewStmt)
    view = around.world.relation(statement.view) if statement.replace else None
    if view is None:
        return
    difference = _difference(view.names, statement, around.world) if isinstance(view, View) else f"is a {view.ref.kind}"
    if difference:
        yield Remark(
            message=f"{spelled(view.names)} {difference}; CREATE OR REPLACE VIEW can only add columns at the end.",
            about=spelled(view.names),
            advice="Drop the view and make it anew in one transaction, with what is built on it.",
            safe=f"BEGIN;\nDROP VIEW {spelled(view.names)};\n{written.text};\nCOMMIT;"
            if isinstance(view, View)
            else "",
        )


def _difference(path: tuple[str, ...], statement: Any, world: World) -> str:
    old = world.columns(path)
    new = _columns(statement, world)
    if new is None or not old:
        return ""
    for at, column in enumerate(old):
        if at >= len(new):
            return f"has a column {name(column.names[-1])}, which is missing here"
        if new[at][0] != column.names[-1]:
            return f"has {name(column.names[-1])} as column {at + 1}, which is {name(new[at][0])} here"
        if new[at][1] and column.type and new[at][1] != column.type:
            return f"has {name(column.names[-1])} as {column.type}, which is {new[at][1]} here"
    return ""


def _columns(statement: Any, world: World) -> list[tuple[str, str]] | None:
    """The names of the columns, each with its type where that is plain to see."""
    query = inner(statement.query)
    outputs = query_outputs(query, Scope(), world)
    if outputs is None:
        return None
    names = list(strings(statement.aliases))
    told = [*names, *list(outputs)[len(names) :]]
    return [
        (column, _type(origin, world) or _cast(query, at, world))
        for at, (column, origin) in enumerate(zip(told, outputs.values(), strict=False))
    ]


def _type(origin: tuple[tuple[str, ...], str] | None, world: World) -> str:
    column = world.column(*origin) if origin else None
    return column.type if column else ""


def _cast(query: Any, at: int, world: World) -> str:
    """The type that a column is cast to, where no star stands before it."""
    if not isinstance(query, SelectStmt) or len(query.target_list) <= at:
        return ""
    targets = [inner(each.res_target.val) for each in query.target_list[: at + 1]]
    starred = any(each.DESCRIPTOR.name == "ColumnRef" and output_name(each) == "?column?" for each in targets)
    return type_of(targets[at].type_name, world) if isinstance(targets[at], TypeCast) and not starred else ""


CHECK = Check(
    name="view-replace-incompatible",
    code="CO28",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="views that cannot be replaced as they are",
    kinds=("ViewStmt",),
    statement=_look,
)
