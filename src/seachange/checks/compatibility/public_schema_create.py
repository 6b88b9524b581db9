"""Since PostgreSQL 15, not everybody may create something in the schema public.

A database that was made by 15 or later gives CREATE on public to its owner alone; one that was upgraded keeps what it
had. A migration that is run by another role is refused with 42501 at its first CREATE, and one whose tables have no
schema in their names says nothing of why.

Give the role CREATE on the schema, or give the project a schema of its own.  Whether the role may, only the server
knows.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.references import made
from seachange.checks.world import PUBLIC, World
from seachange.finding import Severity
from seachange.sql.migration import Written

_KINDS = (
    "CreateStmt",
    "CreateTableAsStmt",
    "ViewStmt",
    "CreateSeqStmt",
    "CompositeTypeStmt",
    "CreateFunctionStmt",
    "CreateForeignTableStmt",
)
_ASKED = Question(
    "SELECT 'public', 'The role may not create anything in the schema public.' "
    "WHERE NOT has_schema_privilege('public', 'CREATE')"
)


def _look(written: Written, around: Around) -> Remarks:
    if around.world.known and _is_made(written, around.world) and not _was_said(around):
        yield Remark(
            message="The role that runs the script may not create anything in the schema public (42501).",
            about=PUBLIC,
            advice="Give it CREATE on the schema, or make the objects in a schema of their own.",
            safe="GRANT CREATE ON SCHEMA public TO CURRENT_USER;",
            asks=_ASKED,
        )


def _is_made(written: Written, world: World) -> bool:
    assert written.node is not None
    return any(world.place(each)[0] == PUBLIC for each in made(written.node))


def _was_said(around: Around) -> bool:
    return any(one.node is not None and _is_made(one, around.world) for one in around.earlier)


CHECK = Check(
    name="public-schema-create",
    code="CM18",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.ACTIVITY}),
    summary="objects made in the schema public by a role that may not",
    kinds=_KINDS,
    statement=_look,
)
