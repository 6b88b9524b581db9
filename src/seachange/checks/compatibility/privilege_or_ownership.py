"""The role that runs the script does not own what it changes, or would have to be a superuser.

ALTER, DROP, CREATE INDEX and CREATE TRIGGER on a table are for its owner and for members of that role; CREATE POLICY,
too. Event triggers, ALTER SYSTEM, extensions that are not trusted, functions in C, COPY with a file of the server and
LEAKPROOF are for superusers.  PostgreSQL refuses them with 42501, in the middle of the script.

Run it as the owner, or let the owner take part in the role first.  Only the server knows who may do what, so it is
asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.objects import RELATIONS, dropped
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AlterSystemStmt,
    AlterTableStmt,
    CopyStmt,
    CreateEventTrigStmt,
    CreateExtensionStmt,
    CreateFunctionStmt,
    CreatePolicyStmt,
    CreateTrigStmt,
    DropStmt,
    IndexStmt,
    RuleStmt,
)
from seachange.sql.quote import literal, path

_KINDS = (
    "AlterTableStmt",
    "IndexStmt",
    "CreateTrigStmt",
    "CreatePolicyStmt",
    "RuleStmt",
    "DropStmt",
    "CreateEventTrigStmt",
    "AlterSystemStmt",
    "CreateExtensionStmt",
    "CreateFunctionStmt",
    "CopyStmt",
)
_NOT_SUPERUSER = "NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)"


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    world = around.world
    for names in _owned(written.node, world):
        if world.known and world.at(names) and not world.is_new(names):
            yield _of_owner(names)
        elif not world.known and not world.is_new(names):
            yield from unknown(around, CHECK.name, "whether the role owns what the script changes")
    for what, exists in _for_superusers(written.node):
        if world.known:
            yield _of_superuser(what, exists)
        else:
            yield from unknown(around, CHECK.name, "whether a superuser runs the script")


def _owned(node: Message, world: World) -> Iterator[tuple[str, ...]]:
    """The relations that only their owner may do this with."""
    match node:
        case AlterTableStmt() | IndexStmt() | CreateTrigStmt() | RuleStmt():
            yield world.path(node.relation)
        case CreatePolicyStmt():
            yield world.path(node.table)
        case DropStmt():
            yield from (thing.names for thing in dropped(node, world) if thing.kind in RELATIONS)


def _of_owner(names: tuple[str, ...]) -> Remark:
    return Remark(
        message=f"The role that runs the script does not own {spelled(names)} (42501).",
        about=spelled(names),
        advice="Run it as the owner, or as a member of that role.",
        asks=Question(
            f"SELECT {literal(spelled(names))}, 'The role does not own it.' FROM pg_catalog.pg_class "
            f"WHERE oid = to_regclass({literal(path(names))}) AND NOT pg_has_role(relowner, 'USAGE')"
        ),
    )


def _for_superusers(node: Message) -> Iterator[tuple[str, str]]:
    """What only superusers may do, with a condition under which it is so."""
    match node:
        case CreateEventTrigStmt():
            yield f"make the event trigger {node.trigname}", "true"
        case AlterSystemStmt():
            yield "change settings of the server", "true"
        case CreateExtensionStmt():
            yield f"install the extension {node.extname}", _is_untrusted(str(node.extname))
        case CreateFunctionStmt() if _is_dangerous(node):
            yield f"make the function {node.funcname[-1].string.sval}", "true"
        case CopyStmt() if node.filename:
            yield f"use the server's file {node.filename}", _has_no_right(node)


def _is_untrusted(extension: str) -> str:
    return (
        "EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions v JOIN pg_catalog.pg_available_extensions e "
        f"ON e.name = v.name AND e.default_version = v.version WHERE v.name = {literal(extension)} "
        "AND v.superuser AND NOT v.trusted AND e.installed_version IS NULL)"
    )


def _is_dangerous(node: Any) -> bool:
    options = {each.def_elem.defname: each.def_elem for each in node.options}
    language = options["language"].arg.string.sval if "language" in options else ""
    return language in ("c", "internal") or ("leakproof" in options and bool(options["leakproof"].arg.boolean.boolval))


def _has_no_right(node: Any) -> str:
    kind = "program" if node.is_program else "files"
    role = {"program": "pg_execute_server_program"}.get(
        kind, "pg_read_server_files" if node.is_from else "pg_write_server_files"
    )
    return f"NOT pg_has_role('{role}', 'USAGE')"


def _of_superuser(what: str, condition: str) -> Remark:
    return Remark(
        message=f"Only a superuser may {what} (42501).",
        about=what,
        advice="Let an administrator do this before the script is run.",
        asks=Question(f"SELECT {literal(what)}, 'Only a superuser may do it.' WHERE {_NOT_SUPERUSER} AND {condition}"),
    )


CHECK = Check(
    name="privilege-or-ownership",
    code="CM19",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.ACTIVITY}),
    summary="what the role that runs the script may not do",
    kinds=_KINDS,
    statement=_look,
)
