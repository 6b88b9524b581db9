"""A program that still uses the old name fails from the moment on at which the new one is there.

There is no instant at which all programs change over: while a deployment goes on, old and new code run side by side,
and one of them has the wrong name.  Statements that are prepared and queries in functions find out when they are next
run, with 42P01 or 42703.  A move to another schema is a rename as well.  PostgreSQL follows a rename in views,
foreign keys and indexes, but not in the bodies of functions.

Add the new thing beside the old one, move the programs over, and take the old one away later.  For a table, a view of
the old name keeps old programs at work, for reading and for writing.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import KINDS, Named, is_new, named, placed
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterEnumStmt, AlterObjectSchemaStmt, RenameStmt
from seachange.sql.quote import name
from seachange.sql.tree import inner

_UNSEEN = frozenset(
    {
        "table constraint",
        "domain constraint",
        "policy",
        "trigger",
        "rule",
        "role",
        "event trigger",
        "database",
        "statistics object",
        "access method",
        "publication",
        "subscription",
        "opclass",
        "opfamily",
    }
)
"""What programs do not call by its name when they read and write."""
_RULES = {"column": "squawk renaming-column", "attribute": "squawk renaming-column", "table": "squawk renaming-table"}


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case RenameStmt():
            yield from _renamed(written.node, around)
        case AlterObjectSchemaStmt():
            yield from _moved(written.node, around)
        case AlterEnumStmt() if written.node.old_val:
            yield from _label(written.node, around)


def _renamed(statement: RenameStmt, around: Around) -> Remarks:
    kind = KINDS.get(statement.rename_type, "object")
    if kind in _UNSEEN:
        return
    for thing in _thing(statement, around):
        part = kind in ("column", "attribute")
        about = spelled((*thing.names, statement.subname)) if part else thing.about
        yield Remark(
            message=f"What still says {about} fails once the {kind} is called {name(statement.newname)}.",
            about=about,
            advice="Add the new one beside it, move the programs, and drop the old one later."
            if part
            else "Keep the old name alive, as a view where that is possible, until nothing says it.",
            safe=_view(thing, statement.newname) if kind == "table" else "",
            same_as=(_RULES.get(kind, "squawk renaming-object"),),
        )


def _thing(statement: RenameStmt, around: Around) -> Iterator[Named]:
    """What is renamed, or whose column is, unless the script itself made it."""
    kind = KINDS.get(statement.relation_type if statement.HasField("relation") else statement.rename_type, "object")
    if statement.HasField("relation"):
        kind = KINDS.get(statement.rename_type, "table")
        thing = named("table" if kind in ("column", "attribute") else kind, statement.relation, around.world)
    elif statement.HasField("object"):
        thing = named(kind, inner(statement.object), around.world)
    else:
        thing = Named(kind, (statement.subname,))
    if not is_new(around.world, thing):
        yield thing


def _view(table: Named, new: str) -> str:
    after = spelled((*table.names[:-1], new))
    return (
        f"BEGIN;\nALTER TABLE {table.about} RENAME TO {name(new)};\n"
        f"CREATE VIEW {table.about} AS SELECT * FROM {after};\nCOMMIT;"
    )


def _moved(statement: AlterObjectSchemaStmt, around: Around) -> Remarks:
    kind = KINDS.get(statement.object_type, "object")
    node = statement.relation if statement.HasField("relation") else inner(statement.object)
    thing = named(kind, node, around.world)
    if kind not in _UNSEEN and not is_new(around.world, thing):
        yield Remark(
            message=f"What still looks for {thing.about} there fails once it is in {name(statement.newschema)}.",
            about=thing.about,
            advice="Put the new schema on everybody's search path first, or leave a view behind in the old one.",
            same_as=("squawk ban-set-schema",),
        )


def _label(statement: AlterEnumStmt, around: Around) -> Remarks:
    thing = placed("type", statement.type_name, around.world)
    if not is_new(around.world, thing):
        yield Remark(
            message=f"What still says '{statement.old_val}' for {thing.about} is refused once it has another name.",
            about=thing.about,
            advice="Add the new label beside it, and move the programs and the rows over.",
            same_as=("squawk renaming-object",),
        )


CHECK = Check(
    name="client-compat-rename",
    code="CM22",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="renames and moves that programs do not know of yet",
    kinds=("RenameStmt", "AlterObjectSchemaStmt", "AlterEnumStmt"),
    statement=_look,
    same_as=(
        "squawk renaming-column",
        "squawk renaming-object",
        "squawk renaming-table",
        "squawk ban-set-schema",
        "atlas BC101",
        "atlas BC102",
    ),
)
