"""A program that still uses what is dropped fails from that moment on, or silently does something else.

While a deployment goes on, old code runs beside the new.  A dropped column is missing from its INSERT, a dropped
function from its queries; without the default a column that it never mentioned is empty or refuses the row; without
the constraint, its mistakes are kept.  CASCADE takes along what nobody named: views, foreign keys, defaults.

Drop in a migration of its own, after the last program that uses the thing is gone: expand first, contract later. What
the rows and the locks have to do with it, other checks tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import Named, commands, dropped, given, is_new, named
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AlterDomainStmt,
    AlterTableStmt,
    AT_AlterConstraint,
    AT_ColumnDefault,
    AT_DropColumn,
    AT_DropConstraint,
    AT_DropExpression,
    ATAlterConstraint,
    DropdbStmt,
    DropStmt,
)

_RULES: Mapping[str, str] = {
    "table": "ban-drop-table",
    "foreign table": "ban-drop-table",
    "view": "ban-drop-view",
    "materialized view": "ban-drop-view",
    "function": "ban-drop-function",
    "procedure": "ban-drop-function",
    "routine": "ban-drop-function",
    "aggregate": "ban-drop-function",
    "type": "ban-drop-type",
    "domain": "ban-drop-domain",
    "sequence": "ban-drop-sequence",
    "schema": "ban-drop-schema",
    "extension": "ban-drop-extension",
    "column": "ban-drop-column",
    "constraint": "ban-drop-constraint",
    "default": "ban-drop-default",
    "generation expression": "ban-drop-generated-expression",
    "database": "ban-drop-database",
}
_PARTS = {
    AT_DropColumn: "column",
    AT_DropConstraint: "constraint",
    AT_DropExpression: "generation expression",
}


def _look(written: Written, around: Around) -> Remarks:
    for kind, about, what in _taken(written, around):
        yield Remark(
            message=f"What still {what} {about} fails, or works otherwise, without it.",
            about=about,
            advice=f"Drop the {kind} in a later migration, when nothing uses it any more.",
            same_as=(f"squawk {_RULES[kind]}",),
        )


def _taken(written: Written, around: Around) -> Iterator[tuple[str, str, str]]:
    node = written.node
    match node:
        case DropStmt():
            for thing in dropped(node, around.world):
                if thing.kind in _RULES and not is_new(around.world, thing):
                    yield thing.kind, thing.about, "uses"
        case DropdbStmt():
            yield "database", node.dbname, "connects to"
        case AlterTableStmt():
            table = named("table", node.relation, around.world)
            if not is_new(around.world, table):
                yield from _of_table(node, table)
        case AlterDomainStmt():
            yield from _of_domain(node)


def _of_table(statement: AlterTableStmt, table: Named) -> Iterator[tuple[str, str, str]]:
    for command in commands(statement):
        part = spelled((*table.names, command.name))
        if kind := _PARTS.get(command.subtype):
            yield kind, part, "uses" if kind == "column" else "relies on"
        elif command.subtype == AT_ColumnDefault and not command.HasField("def"):
            yield "default", part, "relies on the default of"
        elif command.subtype == AT_AlterConstraint and _is_switched_off(given(command)):
            yield "constraint", spelled((*table.names, given(command).conname)), "relies on"


def _is_switched_off(constraint: ATAlterConstraint) -> bool:
    return bool(constraint.alter_enforceability and not constraint.is_enforced)


def _of_domain(statement: AlterDomainStmt) -> Iterator[tuple[str, str, str]]:
    names = tuple(part.string.sval for part in statement.type_name)
    if statement.subtype == "X":
        yield "constraint", spelled((*names, statement.name)), "relies on"
    elif statement.subtype == "T" and not statement.HasField("def"):
        yield "default", spelled(names), "relies on the default of"


CHECK = Check(
    name="client-compat-drop",
    code="CM23",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="drops of what programs may still use",
    kinds=(
        "DropStmt",
        "DropdbStmt",
        "AT_AlterConstraint",
        "AT_ColumnDefault",
        "AT_DropColumn",
        "AT_DropConstraint",
        "AT_DropExpression",
        "AlterDomainStmt",
    ),
    statement=_look,
    same_as=tuple(f"squawk {rule}" for rule in dict.fromkeys(_RULES.values())),
)
