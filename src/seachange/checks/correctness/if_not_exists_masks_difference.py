"""IF NOT EXISTS asks for the name only: what is there may be something else, and the script goes on regardless.

A view with the name of the table, a table without half of the columns, an index of another table, an index that is not
valid: the server says in a NOTICE that it skips the statement, and the next one that needs a column fails, or worse,
does not.

Compare what is there with what is asked for, and add what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Index
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition
from seachange.checks.typed import is_serial, type_of
from seachange.checks.world import World, one, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_MATVIEW,
    AlterTableStmt,
    AT_AddColumn,
    CreateSeqStmt,
    CreateStmt,
    CreateTableAsStmt,
    IndexStmt,
)
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case CreateStmt() as statement if statement.if_not_exists:
            yield from _table(statement, around.world)
        case IndexStmt() as statement if statement.if_not_exists:
            yield from _index(statement, around.world)
        case CreateTableAsStmt() as statement if statement.if_not_exists:
            wanted = "materialized view" if statement.objtype == OBJECT_MATVIEW else "table"
            yield from _other_kind(around.world, around.world.paths(statement.into.rel)[0], wanted)
        case CreateSeqStmt() as statement if statement.if_not_exists:
            yield from _other_kind(around.world, around.world.paths(statement.sequence)[0], "sequence")
        case AlterTableStmt() as statement:
            yield from _columns(statement, around.world)


def _other_kind(world: World, names: Path, wanted: str) -> Iterator[Remark]:
    there = world.at(names)
    if there and there.ref.kind != wanted:
        yield _remark(
            names, f"There is {one(there.ref.kind)} {spelled(names)} already, so no {wanted} of that name is made."
        )


def _table(statement: Any, world: World) -> Iterator[Remark]:
    names = world.paths(statement.relation)[0]
    there = world.at(names)
    if there is None or there.ref.kind != "table":
        yield from _other_kind(world, names, "table")
        return
    differences = list(_differences(statement, names, world))
    if differences:
        yield _remark(
            names,
            f"{spelled(names)} is there already and stays as it is: {'; '.join(text for text, _ in differences)}.",
            safe="\n".join(filter(None, (sql for _, sql in differences))),
        )


def _differences(statement: Any, names: Path, world: World) -> Iterator[tuple[str, str]]:
    """What the table that is there lacks, with the SQL that adds it."""
    for element in statement.table_elts:
        if not element.HasField("column_def"):
            continue
        wanted, column = type_of(element.column_def.type_name, world), element.column_def.colname
        there = world.column(names, column)
        if there is None:
            yield (
                f"the column {name(column)} is missing",
                f"ALTER TABLE {spelled(names)} ADD COLUMN {name(column)} {wanted};",
            )
        elif there.type != wanted and there.type:
            yield f"{name(column)} is {there.type}, not {wanted}", ""


def _index(statement: Any, world: World) -> Iterator[Remark]:
    if not statement.idxname:
        return
    table = world.path(statement.relation)
    names = (*table[:-1], statement.idxname)
    there: Fact | None = world.at(names)
    if not isinstance(there, Index):
        yield from _other_kind(world, names, "index")
        return
    difference = _index_difference(statement, there, table)
    if difference and there.ref in (world.catalog.facts if world.catalog else {}):
        of = statement.idxname if there.table == table else ""
        safe = f"REINDEX INDEX CONCURRENTLY {spelled(names)};" if of and not there.valid else ""
        yield _remark(names, f"The index {spelled(names)} is there already, {difference}.", safe=safe)


def _index_difference(statement: Any, there: Index, table: Path) -> str:
    if there.table != table:
        return f"but of {spelled(there.table)}, so {spelled(table)} gets none"
    if not there.valid:
        return "but is not valid: an earlier build of it failed, and nobody uses it"
    if bool(statement.unique) != there.unique:
        return "but is not unique" if statement.unique else "but is unique"
    wanted = tuple(each.index_elem.name for each in statement.index_params)
    if wanted != there.columns:
        return f"but of other columns: {', '.join(column or '(expression)' for column in there.columns)}"
    if statement.HasField("where_clause") != bool(there.predicate):
        return "but of other rows"
    return ""


def _columns(statement: Any, world: World) -> Iterator[Remark]:
    for command in commands(statement, AT_AddColumn):
        table, column = world.path(statement.relation), definition(command)
        there = world.get(Ref("table column", (*table, column.colname))) if command.missing_ok else None
        known = world.column(table, column.colname) if there else None
        wanted = type_of(column.type_name, world)
        if known and known.type not in ("", wanted):
            serial = " without a default of its own" if is_serial(column.type_name) else ""
            yield _remark(
                (*table, column.colname),
                f"{spelled((*table, column.colname))} is there already as {known.type}, not {wanted}{serial}.",
            )


def _remark(names: Path, message: str, safe: str = "") -> Remark:
    return Remark(
        message=message,
        about=spelled(names),
        advice="Compare what is there with what is asked for, and bring it there in steps of its own.",
        safe=safe,
    )


CHECK = Check(
    name="if-not-exists-masks-difference",
    code="CO12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="IF NOT EXISTS where something else exists",
    kinds=("CreateStmt", "IndexStmt", "CreateTableAsStmt", "CreateSeqStmt", "AT_AddColumn"),
    statement=_look,
)
