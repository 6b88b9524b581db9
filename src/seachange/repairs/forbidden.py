"""Values that a function of the script writes, and that a CHECK of its table forbids: each such call would fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.catalog.facts.relations import TableColumn, TableConstraint
from seachange.repairs.case import Case
from seachange.repairs.named import there
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.bodies import body
from seachange.sql.nodes import CreateFunctionStmt, InsertStmt, RangeVar, UpdateStmt
from seachange.sql.quote import listed, literal, name, path
from seachange.sql.tree import inner

Value = tuple[RangeVar, str, str]
"""A relation, a column of it, and what is written there."""


def foreseen(case: Case) -> Iterator[Question]:
    """CREATE FUNCTION, whose body nobody holds against the tables that are there."""
    node = case.node
    if not isinstance(node, CreateFunctionStmt):
        return
    found = body(case.text, node)
    wrong: defaultdict[TableConstraint, list[str]] = defaultdict(list)
    for value in (each for one in found.inner if one.node for each in _written(one.node)) if found else ():
        for constraint in _forbidding(case, value):
            if value[2] not in wrong[constraint]:
                wrong[constraint].append(value[2])
    for constraint, values in wrong.items():
        yield _question(constraint, values, ".".join(part.string.sval for part in node.funcname))


def _written(node: Message) -> Iterator[Value]:
    """The words that a statement writes into columns that it names."""
    if isinstance(node, UpdateStmt):
        yield from _words(node.relation, ((each.res_target.name, each.res_target.val) for each in node.target_list))
    if isinstance(node, InsertStmt):
        columns = [each.res_target.name for each in node.cols]
        select = node.select_stmt.select_stmt
        rows = [row.list.items for row in select.values_lists] or [[one.res_target.val for one in select.target_list]]
        for row in rows:
            yield from _words(node.relation, zip(columns, row, strict=False))


def _words(relation: RangeVar, values: Any) -> Iterator[Value]:
    for column, value in values:
        constant: Any = inner(value)
        while constant.DESCRIPTOR.name == "TypeCast":
            constant = inner(constant.arg)
        if constant.DESCRIPTOR.name == "A_Const" and constant.WhichOneof("val") == "sval":
            yield relation, column, constant.sval.sval


def _forbidding(case: Case, value: Value) -> Iterator[TableConstraint]:
    """The checks of that column alone which say no, as PostgreSQL reckons them."""
    relation, column, word = value
    table = there(case, relation, ("table",))
    typed = case.catalog.parts(table.names, TableColumn) if table else ()
    type = next((one.type for one in typed if one.names[-1] == column), "")
    for one in case.catalog.parts(table.names, TableConstraint) if table and type else ():
        if one.type == "check" and one.columns == (column,) and one.expression:
            row = f"select {literal(word)}::{type} as {name(column)}"
            answer = case.copy.ask(f"select ({one.expression}) from ({row}) as written")
            if not isinstance(answer, Refusal) and answer[0][0] is False:
                yield one


def _question(constraint: TableConstraint, values: list[str], function: str) -> Question:
    table, label, column = path(constraint.names[:-1]), name(constraint.names[-1]), name(constraint.columns[0])
    words = ", ".join(map(literal, values))
    later = "" if constraint.validated else " NOT VALID"
    check = f"CHECK (({constraint.expression}) OR {column} IN ({words})){later}"
    admitted = Repair(
        name="admit",
        does=f"{function}() writes {words} into {column} of {table}, which {label} forbids: it admits that, too.",
        follows=f"The check {label} of {table} admits more than the script says there: {words}.",
        outcome=Outcome.CHANGED,
        before=(f"ALTER TABLE {table} DROP CONSTRAINT {label}, ADD CONSTRAINT {label} {check}",),
    )
    kept = Repair(
        name="keep",
        does=f"The check {label} of {table} stays as it is.",
        follows=f"{function}() fails whenever it writes {words} into {column}.",
    )
    asks = f"{function}() writes what the check {label} of {table} forbids: {listed(constraint.columns)} {words}."
    return Question(f"forbidden-value {'.'.join(constraint.names)} {function}", asks, (admitted, kept), open=True)
