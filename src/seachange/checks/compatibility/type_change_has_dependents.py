"""A column's type cannot be changed while something that was made of it is in the way.

PostgreSQL refuses it with 0A000 where a view, a rule, a policy, the condition or the column list of a trigger, a
publication's row filter or, except on its own, a generated column uses the column (42601 on PostgreSQL 14), and with
42P16 where it is part of a partition key.  Constraints, indexes and defaults are carried along.

Drop what is in the way and make it anew afterwards, in the same transaction, with its privileges and comments.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.dependents import shown, users
from seachange.checks.objects import commands
from seachange.checks.partition_keys import partition_columns
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, AT_AlterColumnType

_STOPPING = frozenset({"view", "materialized view", "rule", "policy", "trigger", "publication relation"})


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, AlterTableStmt)
    for command in commands(statement):
        if command.subtype == AT_AlterColumnType:
            yield from _changed(around.world.path(statement.relation), command.name, around)


def _changed(table: tuple[str, ...], column: str, around: Around) -> Remarks:
    world = around.world
    if not world.known and not world.is_new(table):
        yield from unknown(around, CHECK.name, "what is made of the columns whose types change")
    about = spelled((*table, column))
    if in_the_way := tuple(_stopping(table, column, world)):
        yield Remark(
            message=f"The type of {about} cannot be changed: {', '.join(in_the_way)} uses it (0A000).",
            about=about,
            advice="Drop what is in the way, and make it anew in the same transaction.",
        )
    fact = world.get(Ref("table", table))
    if isinstance(fact, Table) and column in partition_columns(fact.partition_key or ""):
        yield Remark(
            message=f"The type of {about} cannot be changed: the table is partitioned by it (42P16).",
            about=about,
            advice="Make a new partitioned table, and move the rows.",
        )


def _stopping(table: tuple[str, ...], column: str, world: World) -> Iterator[str]:
    relation = world.at(table)
    kind = f"{relation.ref.kind} column" if relation else "table column"
    for user in dict.fromkeys(users(Ref(kind, (*table, column)), world)):
        generated = user.kind == "default value" and user.names != (*table, column)
        if user.kind in _STOPPING or generated:
            yield shown(user)


CHECK = Check(
    name="type-change-has-dependents",
    code="CM12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="changes of type that views, policies, triggers or generated columns stand in the way of",
    kinds=("AT_AlterColumnType",),
    statement=_look,
)
