"""The name that something is to have is taken, by something else or by its like.

Tables, views, materialized views, indexes, sequences and composite types of a schema share their names; tables and
views make a type of their name as well.  PostgreSQL refuses the second with 42P07, a type with 42710, a function with
the same arguments with 42723, a schema with 42P06.

IF NOT EXISTS looks at the name only.  Where a view has the name of the table that the script wants, it passes over
the statement with a notice, and what comes next - a column, a foreign key, an INSERT - fails or goes elsewhere.  An
index of that name on another table counts as there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Fact
from seachange.catalog.facts.fact import kind_of
from seachange.catalog.facts.relations import Index, MaterializedView, Table, View
from seachange.catalog.facts.relations import Sequence as SequenceFact
from seachange.catalog.facts.types import CompositeType, Enum
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.hidden import unless_hidden
from seachange.checks.objects import TYPES, commands, given
from seachange.checks.replacing import identity, routine
from seachange.checks.unknown import unknown
from seachange.checks.world import World, one, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_EXCLUSION,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    OBJECT_MATVIEW,
    AlterTableStmt,
    AT_AddConstraint,
    CompositeTypeStmt,
    CreateDomainStmt,
    CreateEnumStmt,
    CreateFunctionStmt,
    CreateRangeStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateStmt,
    CreateTableAsStmt,
    IndexStmt,
    ViewStmt,
)
from seachange.sql.tree import kind

_KEYS = frozenset({CONSTR_PRIMARY, CONSTR_UNIQUE, CONSTR_EXCLUSION})


class Wanted(Struct, frozen=True):
    """A name that is to be taken, by a fact of one kind.  `passes`: IF NOT EXISTS; `type`: as a type only."""

    names: tuple[str, ...]
    kind: type[Fact]
    passes: bool = False
    type: bool = False
    of: tuple[str, ...] = ()


def _look(written: Written, around: Around) -> Remarks:
    world = around.world
    if not world.known:
        yield from unknown(around, CHECK.name, "whether the names that the script gives are free")
    match written.node:
        case CreateSchemaStmt() as schema if not schema.if_not_exists and world.get(
            Ref("schema", (schema.schemaname,))
        ):
            yield _remark((schema.schemaname,), "There is a schema", "42P06")
        case CreateFunctionStmt() as function if not function.replace and (found := routine(function, world)):
            yield _remark(found.names, f"There is {one(kind_of(type(found)))} {identity(found)}", "42723")
        case _:
            named = _WANTED.get(kind(written.node)) if written.node else None
            for wanted in named(written.node, world) if named else ():
                yield from (unless_hidden(one, wanted.names, around) for one in _taken(wanted, world))


def _table(node: CreateStmt, world: World) -> Iterator[Wanted]:
    names = world.place(node.relation)
    yield Wanted(names, Table, node.if_not_exists)
    yield from _keys(node, names[0])


def _query(node: CreateTableAsStmt, world: World) -> Iterator[Wanted]:
    made = MaterializedView if node.objtype == OBJECT_MATVIEW else Table
    yield Wanted(world.place(node.into.rel), made, node.if_not_exists)


def _view(node: ViewStmt, world: World) -> Iterator[Wanted]:
    if not node.replace:
        yield Wanted(world.place(node.view), View)


def _index(node: IndexStmt, world: World) -> Iterator[Wanted]:
    if node.idxname:
        table = world.path(node.relation)
        yield Wanted((table[0], node.idxname), Index, node.if_not_exists, of=table)


def _sequence(node: CreateSeqStmt, world: World) -> Iterator[Wanted]:
    yield Wanted(world.place(node.sequence), SequenceFact, node.if_not_exists)


def _composite(node: CompositeTypeStmt, world: World) -> Iterator[Wanted]:
    yield Wanted(world.place(node.typevar), CompositeType)


def _enum(node: CreateEnumStmt | CreateRangeStmt, world: World) -> Iterator[Wanted]:
    yield Wanted(_made(node.type_name, world), Enum, type=True)


def _domain(node: CreateDomainStmt, world: World) -> Iterator[Wanted]:
    yield Wanted(_made(node.domainname, world), Enum, type=True)


def _made(names: Any, world: World) -> tuple[str, ...]:
    """Where a type of that name is made."""
    parts = tuple(part.string.sval for part in names)
    return parts if len(parts) > 1 else (world.home, *parts)


def _keys(statement: CreateStmt, schema: str) -> Iterator[Wanted]:
    """The indexes of constraints that have a name; others get one that is free."""
    for element in statement.table_elts:
        lists = element.column_def.constraints if element.HasField("column_def") else (element,)
        for each in lists:
            if each.HasField("constraint") and each.constraint.contype in _KEYS and each.constraint.conname:
                yield Wanted((schema, each.constraint.conname), Index, statement.if_not_exists)


def _added(statement: AlterTableStmt, world: World) -> Iterator[Wanted]:
    table = world.path(statement.relation)
    for command in commands(statement):
        if command.subtype == AT_AddConstraint and given(command).contype in _KEYS:
            constraint = given(command)
            own = {one.names[-1] for one in world.constraints(table)}
            if constraint.conname and not constraint.indexname and constraint.conname not in own:
                yield Wanted((table[0], constraint.conname), Index)


_WANTED: Mapping[str, Callable[[Any, World], Iterator[Wanted]]] = {
    "CreateStmt": _table,
    "CreateTableAsStmt": _query,
    "ViewStmt": _view,
    "IndexStmt": _index,
    "CreateSeqStmt": _sequence,
    "CompositeTypeStmt": _composite,
    "CreateEnumStmt": _enum,
    "CreateRangeStmt": _enum,
    "CreateDomainStmt": _domain,
    "AlterTableStmt": _added,
}
_KINDS = ("CreateSchemaStmt", "CreateFunctionStmt", *_WANTED)


def _taken(wanted: Wanted, world: World) -> Remarks:
    there = None if wanted.type else world.at(wanted.names)
    same = isinstance(there, wanted.kind)
    if there is not None and not (wanted.passes and same and _is_on(there, wanted)):
        yield _occupied(there, wanted)
    elif there is None and (type := _type(wanted, world)):
        said = f"There is {one(kind_of(type.__class__))} {spelled(type.names)}, and a type of its name"
        yield _remark(wanted.names, said, "42710")


def _is_on(there: Fact, wanted: Wanted) -> bool:
    return not isinstance(there, Index) or not wanted.of or there.table == wanted.of


def _type(wanted: Wanted, world: World) -> Fact | None:
    """What has a type of that name; indexes and sequences make none."""
    if wanted.kind in (Index, SequenceFact):
        return None
    kinds = (*TYPES, "table", "view", "materialized view", "foreign table") if wanted.type else TYPES
    return next((fact for kind in kinds if (fact := world.get(Ref(kind, wanted.names)))), None)


def _occupied(there: Fact, wanted: Wanted) -> Remark:
    said = f"There is {one(kind_of(type(there)))} {spelled(wanted.names)}"
    if isinstance(there, Index):
        said += f" on {spelled(there.table)}"
    if not wanted.passes:
        both_types = wanted.kind is CompositeType and not isinstance(there, Index | SequenceFact)
        return _remark(wanted.names, said, "42710" if both_types else "42P07")
    return Remark(
        message=f"{said}, so IF NOT EXISTS passes over this {kind_of(wanted.kind)}, and it will not be there.",
        about=spelled(wanted.names),
        advice="Give it another name, or let what is there play its part.",
    )


def _remark(names: tuple[str, ...], said: str, code: str) -> Remark:
    return Remark(
        message=f"{said} already ({code}).",
        about=spelled(names),
        advice="Compare what is there with what is wanted: leave it out where they are equal, else take another name.",
    )


CHECK = Check(
    name="name-collision",
    code="CM08",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="names that are taken already",
    kinds=_KINDS,
    statement=_look,
)
