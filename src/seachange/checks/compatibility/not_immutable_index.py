"""An index, a stored generated column or a partition key may only be made of what never changes for the same row.

PostgreSQL refuses anything else with 42P17: now() in the predicate of an index, date_trunc() or a cast to date of a
timestamptz, which depend on the time zone of the session, to_char(), the label of an enum as text, a function of
one's own that is not declared IMMUTABLE.  An index over such a thing would be wrong from the next day on.

Leave the predicate out, or keep the answer in a column that a job brings up to date.  For a day, use (at AT TIME ZONE
'UTC')::date.  A function that really never changes may be declared IMMUTABLE.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.foreign_keys import made_types
from seachange.checks.immutability import changing, changing_with
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_GENERATED, CreateStmt, IndexStmt
from seachange.sql.tree import inner

_KINDS = ("IndexStmt", "CreateStmt", "AT_AddColumn", "AT_AlterColumnType")


def _look(written: Written, around: Around) -> Remarks:
    world = around.world
    match written.node:
        case IndexStmt() as statement:
            table = world.path(statement.relation)
            about = statement.idxname or spelled(table)
            for expression, what in _of_index(statement):
                for why in _first(changing(expression, table, world)):
                    yield _remark(f"The {what} of {about}", about, why, expression)
        case statement:
            for column in around.columns:
                for expression in _generated(column.definition):
                    types = {**_known(column.table, world), **made_types(statement, world)}
                    for why in _first(changing_with(expression, types, world)):
                        yield _remark(f"The generated column {column.about}", column.about, why, expression)
            if isinstance(statement, CreateStmt):
                yield from _partitioned(statement, world)


def _first(found: Iterator[str]) -> Iterator[str]:
    yield from list(found)[:1]


def _known(table: Path, world: World) -> dict[str, str]:
    return {column.names[-1]: column.type for column in world.columns(table)}


def _of_index(statement: IndexStmt) -> Iterator[tuple[Message, str]]:
    for each in statement.index_params:
        if each.index_elem.expr.WhichOneof("node"):
            yield inner(each.index_elem.expr), "expression"
    if statement.where_clause.WhichOneof("node"):
        yield inner(statement.where_clause), "predicate"


def _generated(column: Message) -> Iterator[Message]:
    for each in column.constraints:
        if each.constraint.contype == CONSTR_GENERATED:
            yield inner(each.constraint.raw_expr)


def _partitioned(statement: CreateStmt, world: World) -> Remarks:
    for each in statement.partspec.part_params:
        if each.partition_elem.expr.WhichOneof("node"):
            expression = inner(each.partition_elem.expr)
            about = spelled(world.place(statement.relation))
            for why in _first(changing_with(expression, made_types(statement, world), world)):
                yield _remark(f"The partition key of {about}", about, why, expression)


def _remark(what: str, about: str, why: str, node: Message) -> Remark:
    return Remark(
        message=f"{what} may change while the row does not, because of {why} (42P17).",
        about=about,
        at=node if hasattr(node, "location") else None,
        advice="Leave it out, or use what never changes for the same row.",
    )


CHECK = Check(
    name="not-immutable-index",
    code="CM07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="indexes, generated columns and partition keys of what changes",
    kinds=_KINDS,
    statement=_look,
)
