"""The script uses what an extension brings, and the extension is not installed here, or not even on the server.

Without it, its functions are unknown (42883), as are its types and operator classes (42704).  CREATE EXTENSION itself
fails where the server has no files of it: 58P01 on PostgreSQL 14, 0A000 since 15.  Hosting platforms have a list of
their own.

Much of what extensions were used for is in PostgreSQL itself by now: gen_random_uuid() serves for uuid_generate_v4(),
sha256() for digest(..., 'sha256').
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.extensions import OF
from seachange.checks.lookup import has_routine, has_type
from seachange.checks.references import Reference
from seachange.checks.unknown import unknown
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateExtensionStmt, IndexStmt
from seachange.sql.quote import literal, name

_CORE = {
    "uuid_generate_v4": "gen_random_uuid()",
    "uuid_generate_v1": "gen_random_uuid()",
    "digest": "sha224(), sha256(), sha384() or sha512()",
    "gen_random_bytes": "uuid_send(gen_random_uuid())",
}

_NAMES = frozenset(name for names in OF.values() for name in names)


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    if isinstance(written.node, CreateExtensionStmt):
        yield from _made(written.node, around)
        return
    if not around.may_name(_NAMES):
        return
    for what, extension in _used(written.node, around):
        if not around.world.known:
            yield from unknown(around, CHECK.name, f"whether the extension {extension} is installed")
            return
        yield Remark(
            message=f"{what} comes with the extension {extension}, which is not installed here.",
            about=extension,
            advice=f"Use {_CORE[what]} of PostgreSQL itself." if what in _CORE else "Install the extension first.",
            safe=f"CREATE EXTENSION IF NOT EXISTS {name(extension)};",
        )


def _made(statement: CreateExtensionStmt, around: Around) -> Remarks:
    if around.world.known and not _is_installed(statement.extname, around.world):
        extension = literal(statement.extname)
        yield Remark(
            message=f"The server has no files of the extension {statement.extname}.",
            about=statement.extname,
            advice="Install its package on the server, or do without it.",
            asks=Question(
                f"SELECT {extension}, 'The server has no files of this extension.' WHERE NOT EXISTS "
                f"(SELECT FROM pg_catalog.pg_available_extensions WHERE name = {extension})"
            ),
        )


def _is_installed(extension: str, world: World) -> bool:
    return world.get(Ref("extension", (extension,))) is not None


def _used(node: Message, around: Around) -> Iterator[tuple[str, str]]:
    """What is used of extensions that are not there, with the name of each."""
    world = around.world
    told: set[str] = set()
    for what, extension in (*_named(around), *_classes(node)):
        if extension not in told and not _is_installed(extension, world) and not _was_made(extension, around):
            told.add(extension)
            yield what, extension


def _named(around: Around) -> Iterator[tuple[str, str]]:
    for found in around.references:
        extension = OF.get(found.kind, {}).get(found.names[-1].lower())
        if extension and not _is_known(found, around):
            yield found.names[-1], extension


def _classes(node: Message) -> Iterator[tuple[str, str]]:
    if isinstance(node, IndexStmt):
        for each in node.index_params:
            for part in each.index_elem.opclass:
                if extension := OF["class"].get(part.string.sval):
                    yield part.string.sval, extension


def _is_known(found: Reference, around: Around) -> bool:
    has = has_type if found.kind == "type" else has_routine
    return has(found.names, around.world, around.version)


def _was_made(extension: str, around: Around) -> bool:
    return any(node.extname == extension for node in around.earlier_of("CreateExtensionStmt"))


CHECK = Check(
    name="missing-extension",
    code="CM03",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="extensions that are used and not installed",
    kinds=(
        "CreateExtensionStmt",
        "CreateStmt",
        "AlterTableStmt",
        "IndexStmt",
        "ViewStmt",
        "CreateTableAsStmt",
        "CreateFunctionStmt",
        "CreatePolicyStmt",
        "CreateDomainStmt",
        "CompositeTypeStmt",
        "SelectStmt",
        "InsertStmt",
        "UpdateStmt",
        "DeleteStmt",
    ),
    statement=_look,
)
