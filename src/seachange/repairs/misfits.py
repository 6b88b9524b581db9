"""Rows that are there and do not fit what the script wants: it holds for new rows, and is proved later."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.named import there
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import actions
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_FOREIGN,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    AT_SetNotNull,
    IndexStmt,
    InsertStmt,
)
from seachange.sql.parse import tokens
from seachange.sql.quote import name, path
from seachange.sql.relations import name as relation

NULLS, ORPHANS, DUPLICATES, FORBIDDEN = "23502", "23503", "23505", "23514"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """ALTER TABLE or CREATE INDEX is refused because of rows."""
    if refusal.sort is not Sort.ERROR or refusal.code not in (NULLS, ORPHANS, DUPLICATES, FORBIDDEN):
        return
    node = case.node
    if isinstance(node, IndexStmt) and refusal.code == DUPLICATES:
        yield _duplicates(refusal, case, f"index {name(str(node.idxname))}")
    if isinstance(node, InsertStmt) and refusal.code == DUPLICATES and _may_pass_over(node, refusal):
        yield _kept(refusal, case, node)
    if not isinstance(node, AlterTableStmt):
        return
    if len(node.cmds) > 1:
        split = Repair(
            name="split",
            does="Its actions are statements of their own, since rows do not fit one of them.",
            text="",
            after=actions.apart(case.text, node),
        )
        yield Question("one-by-one", "Rows do not fit one of several actions.", (split,))
        return
    yield from _action(refusal, case, node)


def _action(refusal: Refusal, case: Case, node: AlterTableStmt) -> Iterator[Question]:
    table = there(case, node.relation)
    if table is None:
        return
    action = node.cmds[0].alter_table_cmd
    shown = path(table.names)
    if action.subtype == AT_AddConstraint:
        constraint = getattr(action, "def").constraint
        if refusal.code == DUPLICATES:
            yield _duplicates(refusal, case, f"constraint {name(str(constraint.conname))}")
        elif constraint.contype in (CONSTR_CHECK, CONSTR_FOREIGN):
            yield _later(refusal, case, shown, str(constraint.conname))
    elif action.subtype == AT_SetNotNull:
        yield _no_nulls(case, shown, table.names[-1], str(action.name), None)
    elif action.subtype == AT_AddColumn and refusal.code == NULLS:
        column = str(getattr(action, "def").column_def.colname)
        yield _no_nulls(case, shown, table.names[-1], column, _nullable(case.text))


def _kept(refusal: Refusal, case: Case, node: InsertStmt) -> Question:
    """Rows that an INSERT brings are there already."""
    table = path(relation(node.relation))
    repair = Repair(
        name="keep",
        does=f"Rows of {table} that have the same {name(refusal.constraint)} already stay as they are.",
        text=_passing_over(case.text, node),
    )
    asks = f"Rows that the script inserts into {table} are there already: {refusal.detail or refusal.said}"
    return Question(f"rows-there {table}", asks, (repair,))


def _may_pass_over(node: InsertStmt, refusal: Refusal) -> bool:
    """Whether its own table refuses it, and it does not say itself what is to be done then."""
    return refusal.table == node.relation.relname and not node.HasField("on_conflict_clause")


def _passing_over(sql: str, node: InsertStmt) -> str:
    """INSERT with ON CONFLICT DO NOTHING, which stands before its RETURNING."""
    found = tokens(sql)
    last = len(found)
    if node.HasField("returning_clause"):
        last = max(i for i, one in enumerate(found) if one.word == "RETURNING")
    at = found[last - 1].end
    return edited(sql.encode(), [Edit(at, at, " ON CONFLICT DO NOTHING")]).decode()


def _later(refusal: Refusal, case: Case, table: str, label: str) -> Question:
    repair = Repair(
        name="not-valid",
        does=f"Rows of {table} do not fit {name(label)}: it is NOT VALID, and holds for what is written from now on.",
        follows=f"Until the rows are correct, changes of them may be refused; correct them, then: "
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name(label)}.",
        text=f"{case.text} NOT VALID",
    )
    left_out = Repair(
        name="leave-out",
        does=f"The constraint {name(label)} of {table} is left out: {refusal.said}.",
        follows="What it says is not guaranteed.",
        outcome=Outcome.REMOVED,
        text="",
    )
    asks = f"Rows of {table} do not fit the constraint {name(label)}."
    return Question(f"rows-do-not-fit {table}.{label}", asks, (repair, left_out), open=True)


def _no_nulls(case: Case, table: str, bare: str, column: str, text: str | None) -> Question:
    """A column that is to be NOT NULL, where rows have no value for it."""
    label = f"{bare}_{column}_not_null"[:63]
    check = f"ALTER TABLE {table} ADD CONSTRAINT {name(label)} CHECK ({name(column)} IS NOT NULL) NOT VALID"
    repair = Repair(
        name="not-valid",
        does=f"Rows of {table} have no value for {name(column)}: a CHECK that is NOT VALID refuses nulls from now on.",
        follows=f"Until the rows have values, PostgreSQL refuses every change of them; give them some, then: "
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name(label)}, "
        f"ALTER COLUMN {name(column)} SET NOT NULL.",
        text=text or "",
        after=(check,),
    )
    nullable = Repair(
        name="nullable",
        does=f"Rows of {table} have no value for {name(column)}: it may be null.",
        follows="Nothing keeps nulls out.",
        text=text or "",
    )
    return Question(
        f"no-value {table}.{column}", f"Rows of {table} have no value for {column}.", (repair, nullable), open=True
    )


def _nullable(sql: str) -> str:
    """ADD COLUMN without its NOT NULL."""
    raw, found = sql.encode(), tokens(sql)
    words = [one.text.upper() for one in found]
    for i in range(len(words) - 1):
        if words[i : i + 2] == ["NOT", "NULL"]:
            start = found[i - 1][1]
            return edited(raw, [Edit(start, found[i + 1][1], "")]).decode()
    return sql


def _duplicates(refusal: Refusal, case: Case, what: str) -> Question:
    left_out = Repair(
        name="leave-out",
        does=f"The unique {what} is left out: {refusal.detail or refusal.said}",
        follows="Duplicates are there and stay possible; remove them, then make it.",
        outcome=Outcome.REMOVED,
        text="",
    )
    return Question(f"duplicates {what}", f"{refusal.said}. {refusal.detail}", (left_out,), open=True)
