"""DROP SCHEMA and DROP DATABASE take all rows that are in them along.

With CASCADE a schema goes with everything in it, and with what other schemas have built on that.  A database goes
without any question.  Only a backup brings either back.

Rename the schema, or forbid connections to the database; dump it; drop it when nobody has missed it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import is_new, strings
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import DROP_CASCADE, OBJECT_SCHEMA, DropdbStmt, DropStmt
from seachange.sql.quote import name

_HELD = frozenset({"table", "materialized view", "sequence", "foreign table"})


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case DropdbStmt() as statement:
            yield _database(name(statement.dbname))
        case DropStmt() as statement if statement.remove_type == OBJECT_SCHEMA:
            for schema in strings(statement.objects):
                if _matters(around.world, schema, cascade=statement.behavior == DROP_CASCADE):
                    yield _schema(schema, tuple(_rows_in(around.world, schema)))


def _matters(world: World, schema: str, *, cascade: bool) -> bool:
    """Without CASCADE, a schema that has something in it is not dropped at all."""
    ref = Ref("schema", (schema,))
    if is_new(world, ref) or (world.known and world.get(ref) is None):
        return False
    return not world.known or (cascade and any(_rows_in(world, schema)))


def _rows_in(world: World, schema: str) -> Iterator[str]:
    for ref in world.catalog.facts if world.catalog else ():
        if ref.kind in _HELD and ref.names[0] == schema:
            yield name(ref.names[1])


def _schema(schema: str, held: tuple[str, ...]) -> Remark:
    which = f" That is {', '.join(sorted(held)[:5])}{f' and {len(held) - 5} more' if len(held) > 5 else ''}." * bool(
        held
    )
    return Remark(
        message=f"All that is in the schema {name(schema)} is gone afterwards, rows included.{which}",
        about=name(schema),
        advice="Give it another name first, dump it, and drop it when nothing has missed it.",
        safe=f"ALTER SCHEMA {name(schema)} RENAME TO {name(schema + '_dropped')};",
        same_as=("squawk ban-drop-schema", "atlas DS101"),
    )


def _database(database: str) -> Remark:
    return Remark(
        message=f"The database {database} and all that is in it is gone afterwards.",
        about=database,
        advice="Dump it first, and forbid connections to it for a while.",
        safe=f"ALTER DATABASE {database} ALLOW_CONNECTIONS false;",
        same_as=("squawk ban-drop-database",),
    )


CHECK = Check(
    name="drop-schema-or-database",
    code="DL03",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="DROP SCHEMA and DROP DATABASE, which take all rows in them along",
    kinds=("DropStmt", "DropdbStmt"),
    statement=_look,
    same_as=("squawk ban-drop-schema", "squawk ban-drop-database", "atlas DS101"),
)
