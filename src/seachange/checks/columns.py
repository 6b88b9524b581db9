"""Columns that a statement gives a type, and what to write in the place of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.catalog.ref import Ref
from seachange.checks.world import spelled
from seachange.sql.edit import Edit
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AlterTableStmt,
    AT_AddColumn,
    AT_AlterColumnType,
    ColumnDef,
    CreateForeignTableStmt,
    CreateStmt,
    Node,
    RangeVar,
    TypeName,
)
from seachange.sql.parse import Token, tokens

if TYPE_CHECKING:
    from seachange.checks.around import Around, State

KINDS = ("CreateStmt", "CreateForeignTableStmt", "AT_AddColumn", "AT_AlterColumnType")
"""The statements that give types to columns."""
_GIVES_TYPE = frozenset({AT_AddColumn, AT_AlterColumnType})
_SECOND_WORDS = {
    "character": ("varying",),
    "char": ("varying",),
    "nchar": ("varying",),
    "national": ("character", "char", "varying"),
    "bit": ("varying",),
    "double": ("precision",),
}
_ZONE = ("with", "without", "time", "zone")


class Typed(Struct, frozen=True, dict=True):
    """A column that gets a type.  `is_new`: it is made, not changed."""

    table: Path
    name: str
    definition: ColumnDef
    is_new: bool

    @property
    def type(self) -> TypeName:
        """The node of its type."""
        return self.definition.type_name

    @cached_property
    def type_name(self) -> str:
        """The type's own name, as int4, without the schema of what is built in."""
        *schema, name = (part.string.sval for part in self.type.names)
        return name if schema in ([], ["pg_catalog"]) else ".".join((*schema, name))

    @property
    def about(self) -> str:
        return spelled((*self.table, self.name))


def typed(written: Written, around: Around) -> tuple[Typed, ...]:
    """The columns that `written` makes or gives another type."""
    return tuple(_typed(written.node, around))


def _typed(node: Message | None, around: Around) -> Iterator[Typed]:
    match node:
        case CreateStmt():
            yield from _made(node.relation, node.table_elts, around)
        case CreateForeignTableStmt():
            yield from _made(node.base_stmt.relation, node.base_stmt.table_elts, around)
        case AlterTableStmt():
            for each in node.cmds:
                command = each.alter_table_cmd
                if command.subtype in _GIVES_TYPE:
                    definition = getattr(command, "def").column_def
                    name = command.name or definition.colname
                    yield Typed(around.world.path(node.relation), name, definition, command.subtype == AT_AddColumn)


def _made(relation: RangeVar, elements: Iterable[Node], around: Around) -> Iterator[Typed]:
    table = around.world.path(relation)
    for element in elements:
        if element.HasField("column_def") and element.column_def.HasField("type_name"):
            yield Typed(table, element.column_def.colname, element.column_def, is_new=True)


def replaced(column: Typed, written: Written, text: str, why: str) -> tuple[Edit, ...]:
    """`text` in the place of the column's type, brackets of an array left; nothing where psql's values are in it."""
    if written.sent:
        return ()
    start = column.type.location
    following = [token for token in tokens(written.text) if token.start >= start]
    return (Edit(written.start + start, written.start + _end(following), text, why),)


def _end(following: list[Token]) -> int:
    """Where the type ends whose name `following` begins with, without the brackets of an array."""
    at = 0
    while at + 2 < len(following) and following[at + 1].text == ".":
        at += 2
    at = _past_words(following, at)
    at = _past_parens(following, at + 1) - 1
    while at + 1 < len(following) and following[at + 1].text.lower() in _ZONE and _is_time(following[0]):
        at += 1
    return following[at].end


def _past_words(following: list[Token], at: int) -> int:
    while at + 1 < len(following) and following[at + 1].text.lower() in _SECOND_WORDS.get(
        following[at].text.lower(), ()
    ):
        at += 1
    return at


def _past_parens(following: list[Token], at: int) -> int:
    if at < len(following) and following[at].text == "(":
        while following[at].text != ")":
            at += 1
        return at + 1
    return at


def _is_time(token: Token) -> bool:
    return token.text.lower() in ("time", "timestamp")


def standing(state: State, *types: str) -> Iterator[TableColumn]:
    """The columns of a state whose types begin with one of `types`; those of a partition follow from its table."""
    for column in state.catalog.of(TableColumn):
        if plain(column.type) in types and not _is_partition(column, state):
            yield column


def plain(type: str) -> str:
    """A type as PostgreSQL writes it, without what stands in parentheses and without an array's brackets."""
    before, _, after = type.removesuffix("[]").partition("(")
    return before + after.partition(")")[2]


def _is_partition(column: TableColumn, state: State) -> bool:
    table = state.catalog.get(Ref("table", column.names[:-1]))
    return isinstance(table, Table) and table.bound is not None
