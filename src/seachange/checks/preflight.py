"""Questions to a live database before a statement is run: queries whose rows are what it would trip over.

Each stops at the first fault.  They are asked only of tables and columns that were there before the script, and only
where no statement before this one changes the rows in question.
"""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Question
from seachange.checks.named import known_column, shown
from seachange.checks.world import spelled
from seachange.sql.migration import Written
from seachange.sql.nodes import ColumnRef, CopyStmt, DeleteStmt, InsertStmt, TruncateStmt, UpdateStmt
from seachange.sql.quote import literal
from seachange.sql.tree import walk


def first_fault(table: Path, condition: str, message: str, *, only: bool = False) -> Question:
    """Whether a row of `table` meets `condition`, with the same to say of each."""
    source = f"{'only ' if only else ''}{shown(table)}"
    return Question(
        f"select {literal(spelled(table))}, {literal(message)} where exists (select from {source} where {condition})"
    )


def askable(around: Around, table: Path, columns: Iterable[str]) -> bool:
    """Whether the database as it is now tells what the statement will meet: the columns were there before the script,
    and nothing before it in the script writes the table's rows.
    """
    world = around.world
    if not world.known or any(known_column(world, table, column) is None for column in columns):
        return False
    return not written_before(around, table)


def written_before(around: Around, table: Path) -> bool:
    """Whether a statement before this one writes rows of the table, so that they are other than they are now."""
    return any(_writes(each, around, table) for each in around.earlier)


def _writes(written: Written, around: Around, table: Path) -> bool:
    match written.node:
        case UpdateStmt() | DeleteStmt() | InsertStmt() | CopyStmt() as statement:
            return around.world.path(statement.relation) == table
        case TruncateStmt() as statement:
            return any(around.world.path(each.range_var) == table for each in statement.relations)
    return False


def mentioned_columns(node: object) -> tuple[str, ...]:
    """The columns that an expression about one table names."""
    names = (each.fields[-1] for each in walk(node) if isinstance(each, ColumnRef))
    return tuple(dict.fromkeys(str(part.string.sval) for part in names if part.HasField("string")))
