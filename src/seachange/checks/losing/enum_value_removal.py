"""A column that goes to an enum without one of its old labels fails on rows that have it, or maps them away.

PostgreSQL cannot drop a label, so people make a new enum and change the column.  Rows with the missing label stop that
(22P02), in the middle of the migration; an expression in USING that maps everything unknown to NULL or to another label
loses it without a word.  To delete from pg_enum leaves rows and index entries that nothing can read.

Count the rows with that label, and say in USING what becomes of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.types import Enum
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import commands, definition, known_column, shown, typed
from seachange.checks.preflight import written_before
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, AT_AlterColumnType, DeleteStmt
from seachange.sql.quote import literal, name, path
from seachange.sql.tree import text


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case DeleteStmt() as statement if statement.relation.relname == "pg_enum":
            yield Remark(
                message="A label deleted from pg_enum leaves rows and indexes behind that nothing can read.",
                about="pg_enum",
                advice="Make a new enum, change the columns to it, and drop the old one.",
            )
        case AlterTableStmt() as statement:
            table = around.world.path(statement.relation)
            for command in commands(statement, AT_AlterColumnType):
                yield from _changed(table, command, around)


def _changed(table: Path, command: Any, around: Around) -> Iterator[Remark]:
    world = around.world
    new, column = typed(definition(command).type_name, world, "enum"), world.column(table, command.name)
    if new is None or column is None:
        return
    enum, old = world.get(new), _enum(world, column.type)
    assert isinstance(enum, Enum)
    missing = [label for label in old.labels if label not in enum.labels] if old else []
    if not missing or (written_before(around, table) and not _maps(command, missing)):
        return
    about, labels = spelled((*table, command.name)), ", ".join(map(literal, missing))
    message = f"Rows of {about} have a label that {spelled(enum.names)} lacks: {labels}."
    asks = None
    if known_column(world, table, command.name):
        asks = Question(
            f"select {literal(about)}, {literal(message)} where exists"
            f" (select from {shown(table)} where {name(command.name)}::text in ({labels}))"
        )
    yield Remark(
        message=f"{spelled(enum.names)} lacks {labels}, which rows of {about} may have.",
        about=about,
        advice="Say in USING, or in an UPDATE before, what becomes of these rows.",
        safe=f"SELECT {name(command.name)}, count(*) FROM {spelled(table)} GROUP BY 1;",
        asks=asks,
    )


def _enum(world: World, spelled_type: str) -> Enum | None:
    found = (fact for fact in world.catalog.of(Enum)) if world.catalog else iter(())
    return next((fact for fact in found if path(fact.names) == spelled_type), None)


def _maps(command: Any, missing: list[str]) -> bool:
    """Whether USING speaks of the labels that go."""
    if not definition(command).HasField("raw_default"):
        return False
    using = text(definition(command).raw_default)
    return any(literal(label) in using for label in missing)


CHECK = Check(
    name="enum-value-removal",
    code="DL09",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.DATA}),
    summary="enums that lose a label which rows have",
    kinds=("AT_AlterColumnType", "DeleteStmt"),
    statement=_look,
)
