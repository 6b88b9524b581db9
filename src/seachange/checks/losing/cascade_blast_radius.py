"""CASCADE drops what others have built on an object, and the statement does not say what that is.

Views, foreign keys of other tables, columns of a dropped type, defaults and triggers that call a dropped function: all
go, and the server tells it in a NOTICE at most.  What a new database has there may be nothing; what has grown in an old
one, nobody remembers.

Name what is meant to go, each thing in a DROP of its own without CASCADE.  Then whatever else needs the object stops
the migration, and does not vanish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.falling import described, falling, listed, named_by
from seachange.checks.named import commands
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    DROP_CASCADE,
    AlterTableStmt,
    AT_DropColumn,
    AT_DropConstraint,
    DropOwnedStmt,
    DropStmt,
)
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    if not _cascades(written):
        return
    if around.world.known:
        yield from _beyond(written, around)
    elif not any(_cascades(each) for each in around.earlier):
        yield Remark(
            message="What else CASCADE drops, the statement does not say.",
            advice="Lint against the database (--against) to see what it is, and name it.",
            verdict=Verdict.UNKNOWN,
        )


def _cascades(written: Written) -> bool:
    match written.node:
        case DropStmt() | DropOwnedStmt() as statement:
            return bool(statement.behavior == DROP_CASCADE)
        case AlterTableStmt() as statement:
            parts = commands(statement, AT_DropColumn, AT_DropConstraint)
            return any(command.behavior == DROP_CASCADE for command in parts)
    return False


def _beyond(written: Written, around: Around) -> Iterator[Remark]:
    catalog = around.world.catalog
    for what, refs in _dropped(written, around):
        gone = [ref for ref in falling(catalog, refs) if around.world.get(ref)] if catalog and refs else []
        if gone:
            yield Remark(
                message=f"With {what} goes what is built on it: {listed(gone)}.",
                about=what,
                advice="Drop by name what is meant to go, without CASCADE, and build the rest anew.",
                safe="\n".join(filter(None, map(_drop, gone))),
            )


def _dropped(written: Written, around: Around) -> Iterator[tuple[str, list[Ref]]]:
    match written.node:
        case DropStmt() as statement:
            refs = list(named_by(statement, around.world))
            yield ", ".join(map(described, refs)), refs
        case AlterTableStmt() as statement:
            table = around.world.path(statement.relation)
            for command in commands(statement, AT_DropColumn, AT_DropConstraint):
                kind = "table column" if command.subtype == AT_DropColumn else "table constraint"
                if command.behavior == DROP_CASCADE:
                    ref = Ref(kind, (*table, command.name))
                    yield described(ref).removeprefix("table "), list(_known([ref], around))


def _known(refs: Iterable[Ref], around: Around) -> Iterator[Ref]:
    yield from (ref for ref in refs if around.world.get(ref))


def _drop(ref: Ref) -> str:
    *owner, last = ref.names
    of = described(Ref("table", tuple(owner))).removeprefix("table ")
    match ref.kind:
        case "view" | "materialized view" | "function" | "table":
            return f"DROP {ref.kind.upper()} {described(ref).removeprefix(ref.kind + ' ')};"
        case "table constraint":
            return f"ALTER TABLE {of} DROP CONSTRAINT {name(last)};"
        case "trigger" | "policy":
            return f"DROP {ref.kind.upper()} {name(last)} ON {of};"
        case "default value":
            return f"ALTER TABLE {of} ALTER COLUMN {name(last)} DROP DEFAULT;"
        case "table column":
            return f"ALTER TABLE {of} DROP COLUMN {name(last)};"
    return ""


CHECK = Check(
    name="cascade-blast-radius",
    code="DL04",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="CASCADE, which drops what nobody named",
    kinds=("DropStmt", "DropOwnedStmt", "AT_DropColumn", "AT_DropConstraint"),
    statement=_look,
)
