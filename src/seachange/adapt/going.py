"""What a script does away with, under whatever name it has by then: columns may be renamed before they are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Drop
from seachange.sql.bodies import body
from seachange.sql.nodes import (
    DROP_CASCADE,
    OBJECT_COLUMN,
    OBJECT_TABLE,
    AlterObjectSchemaStmt,
    AlterTableStmt,
    AT_DropColumn,
    DoStmt,
    DropOwnedStmt,
    DropStmt,
    List,
    ObjectWithArgs,
    RenameStmt,
    String,
    TypeName,
)
from seachange.sql.relations import name
from seachange.sql.tree import inner

KINDS = frozenset({"table", "table column"})
"""What holds rows, and whose rows are looked for under its new name."""


def within(text: str, node: Message | None) -> tuple[Message, ...]:
    """A statement, or those that are in the DO block that it is."""
    if node is None:
        return ()
    found = body(text, node) if isinstance(node, DoStmt) else None
    return tuple(one.node for one in found.inner if one.node) if found else (node,)


def dropped(node: Message) -> Iterator[Path]:
    """What a statement does away with, by the names that it writes."""
    if isinstance(node, DropStmt):
        yield from map(_names, node.objects)
    if isinstance(node, AlterTableStmt):
        for command in node.cmds:
            if command.alter_table_cmd.subtype == AT_DropColumn:
                yield (*name(node.relation), command.alter_table_cmd.name)


def _names(node: Any) -> Path:
    """What is dropped: a schema is called by a word, a type and a routine by a node of their own."""
    match inner(node):
        case String(sval=word):
            return (word,)
        case TypeName(names=parts) | ObjectWithArgs(objname=parts) | List(items=parts):
            return tuple(part.string.sval for part in parts if part.WhichOneof("node") == "string")
    return ()


def cascades(node: Message) -> bool:
    """Whether it does away with more than it names."""
    return isinstance(node, DropStmt | DropOwnedStmt) and bool(node.behavior == DROP_CASCADE)


class Gone(Struct, frozen=True):
    """What is under its name before the script no longer, by the number of the statement.

    `taken` is dropped there, by the names before the script; `renamed` gets its last name there, and keeps its rows.
    `back` are the names at the end, each with the one before the script.
    """

    taken: Mapping[int, frozenset[Ref]]
    renamed: Mapping[int, tuple[Ref, Ref]]
    back: tuple[tuple[Ref, Ref], ...]


def gone(statements: Sequence[Iterable[Message]], before: Catalog, after: Catalog) -> Gone:
    """Follows what is there before and not after, statement by statement; a DO block has several."""
    called = {change.ref: change.ref.names for change in changes(before, after) if isinstance(change, Drop)}
    taken: dict[int, frozenset[Ref]] = {}
    last: dict[Ref, int] = {}
    for number, node in ((number, node) for number, nodes in enumerate(statements) for node in nodes):
        names = tuple(dropped(node))
        found = frozenset(ref for ref, there in called.items() if any(_is_within(there, one) for one in names))
        taken[number] = taken.get(number, frozenset()) | found
        old, new = _renamed(node)
        for ref, there in called.items():
            if _is_within(there, old):
                called[ref] = _moved(there, old, new)
                if called[ref][len(ref.names) - 1] != there[-1] or called[ref][0] != there[0]:
                    last[ref] = number
    stayed = {ref: pair for ref, pair in _stayed(called, after) if ref in last}
    wide = [number for number, nodes in enumerate(statements) if any(map(cascades, nodes))]
    if wide:
        named = frozenset[Ref]().union(*taken.values())
        taken[wide[0]] = taken.get(wide[0], frozenset()) | (called.keys() - named - stayed.keys())
    back = tuple((new, ref) for ref, (_, new) in stayed.items())
    return Gone(taken, {last[ref]: pair for ref, pair in stayed.items()}, back)


def _stayed(called: Mapping[Ref, Path], after: Catalog) -> Iterator[tuple[Ref, tuple[Ref, Ref]]]:
    """Tables and columns that are there under another name; a column counts as one of the table as it is then."""
    for ref, names in called.items():
        new = Ref(ref.kind, names)
        if ref.kind in KINDS and new in after:
            old = ref if ref.kind == "table" else Ref(ref.kind, (*names[:-1], ref.names[-1]))
            if old != new:
                yield ref, (old, new)


def _renamed(node: Message) -> tuple[Path, Path]:
    """A table or a column by its name and by the one that it gets; empty for every other statement."""
    match node:
        case RenameStmt(rename_type=kind, relation=table) if kind == OBJECT_TABLE:
            return name(table), (*name(table)[:-1], node.newname)
        case RenameStmt(rename_type=kind, relation=table) if kind == OBJECT_COLUMN:
            return (*name(table), node.subname), (*name(table), node.newname)
        case AlterObjectSchemaStmt(object_type=kind, relation=table) if kind == OBJECT_TABLE:
            return name(table), (node.newschema, table.relname)
    return (), ()


def _moved(called: Path, old: Path, new: Path) -> Path:
    """An address with other names in the place of those; which may be without their schema."""
    first = 0 if called[: len(old)] == old else 1
    kept = called[:first] if len(new) == len(old) else ()
    return (*kept, *new, *called[first + len(old) :])


def _is_within(names: Path, wanted: Path) -> bool:
    """Whether an address is what a name stands for, or belongs to it; the name may be without its schema."""
    return bool(wanted) and (names[: len(wanted)] == wanted or names[1 : len(wanted) + 1] == wanted)
