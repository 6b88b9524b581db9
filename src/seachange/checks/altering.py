"""What an ALTER TABLE does, command by command, and which constraints it adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import ForeignTable
from seachange.checks.around import Around
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_EXCLUSION,
    CONSTR_FOREIGN,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    OBJECT_TABLE,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
)
from seachange.sql.quote import listed, name

ALTER = ("AlterTableStmt",)
_SUFFIXES = {CONSTR_CHECK: "check", CONSTR_EXCLUSION: "excl", CONSTR_FOREIGN: "fkey", CONSTR_UNIQUE: "key"}


class Added(Struct, frozen=True):
    """A constraint that a statement adds to a table; `column` is the new column behind which it stands, if any.

    `alone`: it is all that the statement does, and stands at its end.
    """

    table: Path
    constraint: Any
    column: str = ""
    alone: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that it names."""
        keys = self.constraint.fk_attrs or self.constraint.keys
        return tuple(key.string.sval for key in keys) or ((self.column,) if self.column else ())

    @property
    def name(self) -> str:
        """Its name, or the one that PostgreSQL gives it where nothing else has that."""
        return self.constraint.conname or self._usual

    @property
    def _usual(self) -> str:
        if self.constraint.contype == CONSTR_PRIMARY:
            return f"{self.table[-1]}_pkey"
        suffix = _SUFFIXES.get(self.constraint.contype, "not_null" if self.constraint.contype == CONSTR_NOTNULL else "")
        return "_".join((self.table[-1], *self.columns, suffix))

    @property
    def label(self) -> str:
        """Its name as SQL."""
        return name(self.name)

    @property
    def listed(self) -> str:
        """Its columns as SQL."""
        return listed(self.columns)


def table(around: Around) -> Path:
    """The table that an ALTER TABLE is about."""
    return around.world.path(_statement(around).relation)


def commands(around: Around, *kinds: int) -> Iterator[Any]:
    """The commands of these kinds, where the statement is about a table whose rows are kept here."""
    statement = _statement(around)
    if statement.objtype == OBJECT_TABLE:
        found = [each.alter_table_cmd for each in statement.cmds if each.alter_table_cmd.subtype in kinds]
        if found and not isinstance(around.world.relation(statement.relation), ForeignTable):
            yield from found


def definition(command: Any) -> Any:
    """What a command is about: a column, a constraint, a partition."""
    return getattr(command, "def")


def added(around: Around, *types: int) -> Iterator[Added]:
    """The constraints of these types that an ALTER TABLE adds, with a column or without."""
    alone = len(_statement(around).cmds) == 1
    for command in commands(around, AT_AddConstraint, AT_AddColumn):
        if command.subtype == AT_AddConstraint:
            constraint = definition(command).constraint
            if constraint.contype in types:
                yield Added(table(around), constraint, alone=alone)
        else:
            column = definition(command).column_def
            for each in column.constraints:
                if each.constraint.contype in types:
                    yield Added(table(around), each.constraint, column.colname)


def _statement(around: Around) -> Any:
    statement = around.written.node
    assert isinstance(statement, AlterTableStmt)
    return statement
