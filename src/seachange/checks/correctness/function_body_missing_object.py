"""A function body that names a table or column which is not there fails when it is called, not when it is made.

PL/pgSQL is only read when the function runs (42P01, 42703); bodies in SQL are checked when they are made, unless
check_function_bodies is off, as it is while a dump is restored.  Tables that the body itself makes, and those of
triggers, are not meant.

Make what is missing, or mend the body; call each function once in a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seachange.catalog.facts.relations import Trigger
from seachange.checks.around import Around, State
from seachange.checks.bodies import SYSTEM_COLUMNS, Named, declared, is_whole, levels, named, queries, tables_with
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.definitions import looking
from seachange.checks.named import commands, definition, strings
from seachange.checks.routines import body, called, routines
from seachange.checks.world import SYSTEM, World, spelled
from seachange.finding import Severity
from seachange.sql.bodies import Body
from seachange.sql.inner import Inner
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AT_AddColumn,
    CommonTableExpr,
    CreateFunctionStmt,
    CreateStmt,
    CreateTableAsStmt,
    InsertStmt,
    RangeVar,
    UpdateStmt,
)
from seachange.sql.quote import name, path
from seachange.sql.tree import walk

_MAKES = (CreateStmt, CreateTableAsStmt)
_HIDDEN = "pg_"


class Missing(Struct, frozen=True):
    """A name in a body that stands for nothing."""

    what: str
    inner: Inner
    at: int
    name: str


def _look(written: Written, around: Around) -> Remarks:
    found = written.body
    if found is None or not around.world.known:
        return
    node: Any = written.node
    what = spelled(strings(node.funcname)) if isinstance(node, CreateFunctionStmt) else "this block"
    lacking = [one for one in missing(found, around.world) if not _made_later(one.name, around)]
    if lacking:
        yield _remark(lacking, what, at=lacking[0].inner.byte(lacking[0].at))


def _state(state: State) -> Remarks:
    world = World(state.catalog)
    for routine in routines(world):
        found = body(routine) if routine.body else None
        lacking = list(missing(found, looking(routine, world))) if found else []
        if lacking:
            yield _remark(lacking, called(routine))


def missing(body: Body, world: World) -> Iterator[Missing]:
    """What a body names and is not there, each name once."""
    told: set[str] = set()
    for one in (*_relations(body, world), *_columns(body, world)):
        if one.what not in told:
            told.add(one.what)
            yield one


def _relations(body: Body, world: World) -> Iterator[Missing]:
    own = _own(body) | _transitions(world)
    for inner in queries(body):
        shared = {each.ctename for each in walk(inner.node) if isinstance(each, CommonTableExpr)}
        for each in walk(inner.node):
            if isinstance(each, RangeVar) and each.relname not in own | shared and not _is_there(each, world):
                names = tuple(filter(None, (each.schemaname, each.relname)))
                yield Missing(f"the relation {path(names)}", inner, each.location, each.relname)


def _is_there(named: Any, world: World) -> bool:
    """What belongs to the system, or came with an extension, is taken for granted."""
    if named.schemaname in SYSTEM or named.schemaname.startswith("pg_temp") or named.relname.startswith(_HIDDEN):
        return True
    members = world.catalog.origin.members if world.catalog else {}
    return world.relation(named) is not None or any(ref.names[-1] == named.relname for ref in members)


def _own(body: Body) -> frozenset[str]:
    """The tables that the body makes, also by statements that are put together when it runs."""
    made = (each.node for each in body.inner if isinstance(each.node, _MAKES))
    names = {node.into.rel.relname if isinstance(node, CreateTableAsStmt) else node.relation.relname for node in made}
    return frozenset(names)


def _transitions(world: World) -> frozenset[str]:
    """The names under which triggers hand over the rows of a statement."""
    found: set[str] = set()
    for trigger in world.of(Trigger):
        _, _, rest = trigger.definition.partition(" REFERENCING ")
        words = rest.split()
        found.update(words[at + 1].strip('"') for at, word in enumerate(words[:-1]) if word == "AS")
    return frozenset(found)


def _columns(body: Body, world: World) -> Iterator[Missing]:
    known = declared(body)
    for one in named(body, world):
        column = one.names[-1]
        if column in SYSTEM_COLUMNS or one.names[0] in known or column in known:
            continue
        if _lacks(one, world):
            of = f" of {one.names[-2]}" if len(one.names) > 1 else ""
            yield Missing(f"the column {name(column)}{of}", one.inner, one.ref.location, column)
    yield from _targets(body, world)


def _lacks(one: Named, world: World) -> bool:
    """Whether what a name is read from is known, and has no such column."""
    column = one.names[-1]
    sources = [source for scope in levels(one.scope) for source in scope.sources]
    if one.clause == "sort" or world.functions(column):
        return False
    if len(one.names) == 2:
        told = [source for source in sources if source.name == one.names[0]]
        return bool(told) and all(source.outputs is not None and column not in source.outputs for source in told)
    if len(one.names) > 2 or not sources or not is_whole(one.scope):
        return False
    return not tables_with(column, one.scope) and all(source.name != column for source in sources)


def _targets(body: Body, world: World) -> Iterator[Missing]:
    """The columns that an INSERT or UPDATE writes."""
    for inner in queries(body):
        for node in walk(inner.node):
            if isinstance(node, InsertStmt | UpdateStmt):
                fact = world.relation(node.relation)
                columns = {each.names[-1] for each in world.columns(fact.names)} if fact else set()
                for each in node.cols if isinstance(node, InsertStmt) else node.target_list:
                    if columns and each.res_target.name not in columns:
                        what = f"the column {name(each.res_target.name)} of {node.relation.relname}"
                        yield Missing(what, inner, each.res_target.location, each.res_target.name)


def _made_later(name: str, around: Around) -> bool:
    """Whether a later statement of the script makes a relation or a column of this name."""
    for each in around.later:
        node: Any = each.node
        if any(definition(command).colname == name for command in commands(node, AT_AddColumn)):
            return True
        if node is not None and name in _made(node):
            return True
    return False


def _made(node: Any) -> tuple[str, ...]:
    match node.DESCRIPTOR.name:
        case "CreateStmt":
            columns = (each.column_def.colname for each in node.table_elts if each.HasField("column_def"))
            return (node.relation.relname, *columns)
        case "ViewStmt":
            return (node.view.relname,)
        case "CreateTableAsStmt":
            return (node.into.rel.relname,)
        case "RenameStmt":
            return (node.newname,)
    return ()


def _remark(lacking: list[Missing], what: str, *, at: int | None = None) -> Remark:
    names = ", ".join(one.what for one in lacking)
    return Remark(
        message=f"{what} names what is not there, and fails when it is called: {names}.",
        about=what,
        at=at,
        advice="Make what is missing, or mend the body.",
    )


CHECK = Check(
    name="function-body-missing-object",
    code="CO23",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="bodies that name what is not there",
    same_as=("advisor plpgsql-missing-relation",),
    kinds=("CreateFunctionStmt", "DoStmt"),
    statement=_look,
    state=_state,
)
