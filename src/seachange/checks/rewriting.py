"""What the checks of rewrites have in common: columns that a statement adds or changes, and how much that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.doing.columns import Added, Retyped, added, retyped
from seachange.checks.doing.deed import named
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.rules.rule import SMALL_BYTES, SMALL_ROWS
from seachange.rules.widening import SAME_IN_UTC
from seachange.sql.nodes import AlterTableCmd, AlterTableStmt, AT_AddColumn, AT_AlterColumnType
from seachange.sql.quote import name

ALTER = ("AlterTableStmt",)


class Addition(NamedTuple):
    """A column that is added to a table of old."""

    table: Path
    new: Added

    @property
    def column(self) -> str:
        return name(self.new.column.colname)


def commands(around: Around, *kinds: int) -> Iterator[tuple[Path, AlterTableCmd]]:
    """The commands of these kinds in an ALTER TABLE, with the table, where that is one of old."""
    statement = around.written.node
    assert isinstance(statement, AlterTableStmt)
    for table in named(statement.relation, around.world):
        if not around.world.is_new(table):
            for each in statement.cmds:
                if each.alter_table_cmd.subtype in kinds:
                    yield table, each.alter_table_cmd


def additions(around: Around) -> Iterator[Addition]:
    """The columns that a statement adds, without those that are there already."""
    for table, command in commands(around, AT_AddColumn):
        column = getattr(command, "def").column_def
        if not (command.missing_ok and around.world.column(table, column.colname)):
            yield Addition(table, added(column, around.world))


def changes(around: Around) -> Iterator[Retyped]:
    """The columns that get another type."""
    for table, command in commands(around, AT_AlterColumnType):
        yield retyped(command, table, around.world)


def is_by_zone(change: Retyped) -> bool:
    """Whether the time zone of the session decides what becomes of the values."""
    return change.old is not None and (_plain(change.old.type), _plain(change.type)) in SAME_IN_UTC


def _plain(type: str) -> str:
    """Without its digits."""
    before, _, after = type.partition("(")
    return before + after.partition(")")[2] if after else type


def is_rewritten(table: Path, around: Around) -> bool:
    """Whether the statement writes the table, or one below it, anew."""
    return not around.effects.rewrites.isdisjoint(around.world.family(table))


def is_read(table: Path, around: Around) -> bool:
    return not around.effects.scans.isdisjoint(around.world.family(table))


def weight(table: Path, around: Around, usual: Severity) -> Severity:
    """A small table is written anew before anybody notices."""
    size = around.sizes.get(table)
    small = size is not None and 0 <= size.rows <= SMALL_ROWS and size.bytes <= SMALL_BYTES
    return Severity.NOTE if small else usual


def own(*steps: str) -> str:
    """Steps of which each is committed before the next begins."""
    return "\n-- Once that is committed:\n".join(filter(None, steps))


def filled(table: Path, column: str, value: str) -> str:
    """Values for the rows that are there, some at a time."""
    return (
        f"-- Repeated in short transactions until no row is left:\n"
        f"UPDATE {spelled(table)} SET {column} = {value}\n"
        f"WHERE ctid IN (SELECT ctid FROM {spelled(table)} WHERE {column} IS NULL LIMIT 5000);"
    )
