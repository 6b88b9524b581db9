"""A statement names something that is not there, and nothing before it in the script makes it.

PostgreSQL refuses it: 42P01 for a relation, 42703 for a column, 42704 for a type, constraint or trigger, 42883 for a
function, 3F000 for a schema.  In a script that was written for another database this is the most frequent fault: the
table has another name here, is a view, lives in another schema, or was to be made by a migration that never ran here.

Look whether something else plays its part; else make it first, or leave out what needs it.  Names in the bodies of
functions are looked at by other checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns_named import SYSTEM, columns_named
from seachange.checks.extensions import OF
from seachange.checks.hidden import unless_hidden
from seachange.checks.lookup import has_relation, has_routine, has_schema, has_type, is_member
from seachange.checks.objects import Named, commands, dropped
from seachange.checks.references import Reference
from seachange.checks.unknown import unknown, was_told
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AlterTableStmt,
    AT_DropConstraint,
    AT_ValidateConstraint,
    DoStmt,
    DropStmt,
    TransactionStmt,
    VariableSetStmt,
)
from seachange.sql.quote import path

_RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence")
_CODES = {
    **dict.fromkeys(_RELATIONS, "42P01"),
    "relation": "42P01",
    "type": "42704",
    "routine": "42883",
    "schema": "3F000",
    "column": "42703",
}
_WORDS = {"routine": "function"}
_KINDS = {
    "table": ("table",),
    "view": ("view",),
    "materialized view": ("materialized view",),
    "foreign table": ("foreign table",),
    "sequence": ("sequence",),
    "index": ("index",),
    "trigger": ("trigger",),
    "policy": ("policy",),
    "rule": ("rule",),
    "schema": ("schema",),
    "extension": ("extension",),
}


class Missing(Struct, frozen=True):
    """Something that is not there."""

    kind: str
    names: tuple[str, ...]
    node: Any = None
    code: str = ""


def _look(written: Written, around: Around) -> Remarks:
    node = written.node
    if node is None or isinstance(node, TransactionStmt | VariableSetStmt | DoStmt):
        return
    if not around.world.known:
        if not was_told(around, CHECK.name) and around.references:
            yield from unknown(around, CHECK.name, "whether all is there that the script names")
        return
    for each in missing(node, around):
        word, code = _WORDS.get(each.kind, each.kind), each.code or _CODES.get(each.kind, "42704")
        remark = Remark(
            message=f"There is no {word} {path(each.names)} here ({code}).",
            about=path(each.names),
            at=each.node,
            advice=f"Make the {word} first, say which one plays its part here, or leave out what needs it.",
        )
        yield unless_hidden(remark, each.names, around)


def missing(node: Message, around: Around) -> Iterator[Missing]:
    """What the statement needs and is not there; of what an extension would bring, another check tells."""
    world = around.world
    if _is_passed_over(node, world):
        return
    if isinstance(node, DropStmt):
        yield from (
            Missing(thing.kind, thing.names) for thing in dropped(node, world) if not _stays_to_drop(thing, world)
        )
        return
    for reference in around.references:
        if not _is_there(reference, around) and reference.names[-1].lower() not in OF.get(reference.kind, {}):
            yield Missing(reference.kind, reference.names, _located(reference.node))
    yield from _columns(node, world)
    if isinstance(node, AlterTableStmt):
        yield from _constraints(node, world)


def _located(node: Any) -> Any:
    return node if hasattr(node, "location") else None


def _is_passed_over(node: Any, world: World) -> bool:
    """IF EXISTS and there is no such thing, or IF NOT EXISTS and there is."""
    if getattr(node, "missing_ok", False) and getattr(node, "relation", None) is not None:
        return world.relation(node.relation) is None
    if not getattr(node, "if_not_exists", False):
        return bool(isinstance(node, DropStmt) and node.missing_ok)
    relation = getattr(node, "relation", None)
    return relation is not None and not hasattr(node, "idxname") and world.relation(relation) is not None


def _is_there(found: Reference, around: Around) -> bool:
    world, version = around.world, around.version
    match found.kind:
        case "relation":
            return has_relation(found.relation, world, version)
        case "type":
            return has_type(found.names, world, version)
        case "routine":
            return has_routine(found.names, world, version)
        case _:
            return has_schema(found.names[0], world)


def _columns(node: Message, world: World) -> Iterator[Missing]:
    for column in columns_named(node, world):
        known = {each.names[-1] for each in world.columns(column.relation)}
        if known and column.name not in known | SYSTEM:
            yield Missing("column", (*_short(column.relation), column.name), _located(column.node))


def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    return names[1:] if names[:1] == ("public",) else names


def _constraints(statement: AlterTableStmt, world: World) -> Iterator[Missing]:
    table = world.path(statement.relation)
    if world.at(table) is None:
        return
    for command in commands(statement):
        if command.subtype in (AT_DropConstraint, AT_ValidateConstraint) and not command.missing_ok:
            known = {each.names[-1] for each in world.constraints(table)}
            if command.name not in known and not _is_hidden(command.name):
                yield Missing("constraint", (*_short(table), command.name), None, "42704")


def _is_hidden(name: str) -> bool:
    """Since 18 NOT NULL has a name too, which the catalog tells only where it is unusual."""
    return name.endswith("_not_null")


def _stays_to_drop(thing: Named, world: World) -> bool:
    """Whether it is there, as what it is called or as something else: of the latter, another check tells."""
    kinds = _KINDS.get(thing.kind)
    if kinds is None:
        return True
    if thing.kind in ("trigger", "policy", "rule", "schema", "extension"):
        return world.get(Ref(thing.kind, thing.names)) is not None or is_member(world, kinds, [thing.names])
    return world.at(thing.names) is not None or is_member(world, kinds, [thing.names])


CHECK = Check(
    name="missing-relation",
    code="CM01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="statements that need what is not there",
    statement=_look,
)
