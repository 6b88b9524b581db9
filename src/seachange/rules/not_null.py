"""Columns that may no longer be null: their rows are read while others write."""

from __future__ import annotations

import msgspec

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.family import LONGEST, family, free_name, held, is_apart, shortened
from seachange.rules.rule import Context, Steps
from seachange.rules.validation import validation
from seachange.sql.quote import literal, name, path
from seachange.step import Lock, Risk, Stage, Step

ROWS_OF = frozenset({"composite type", "table", "view", "materialized view", "foreign table", "domain"})
"""Kinds whose values may be rows: of such a value IS NOT NULL says that none of its fields is null."""


def required(column: Column, around: Context) -> Steps:
    """NOT NULL for a column that was there before."""
    table = column.names[:-1]
    if _proof(column, around) is not None:
        yield _set(column, around, proven=True)
    elif column.ref.kind != "table column" or not is_apart(table, column.ref, around):
        yield _set(column, around)
    elif around.has(18) and (constraint := _usual(column, around)) is not None:
        yield from _unproven(constraint, column, around)
    else:
        yield from _by_check(column, around)


def proven_by(constraint: TableConstraint, around: Context) -> frozenset[Ref]:
    """The column that takes over what a check said, which goes when that is done."""
    goes = constraint.ref in around.goes and constraint.ref not in around.comes
    if not goes or len(constraint.columns) != 1 or constraint.inherited or constraint.no_inherit:
        return frozenset()
    ref = Ref("table column", (*constraint.names[:-1], *constraint.columns))
    old, new = around.current.get(ref), around.desired.get(ref)
    if not (isinstance(old, Column) and isinstance(new, Column)):
        return frozenset()
    same = (old.type, old.collation, old.not_null) == (new.type, new.collation, not new.not_null)
    takes_over = same and new.not_null and ref not in around.goes
    return frozenset({ref}) if takes_over and _is_proof(constraint, new, around) else frozenset()


def _is_proof(constraint: TableConstraint, column: Column, around: Context) -> bool:
    """Whether the constraint makes PostgreSQL believe that the column has no null."""
    return constraint.type == "check" and constraint.validated and constraint.expression in _expressions(column, around)


def _expressions(column: Column, around: Context) -> tuple[str, ...]:
    label = name(column.names[-1])
    rows = any(used.kind in ROWS_OF for used in around.desired.uses(column.ref) if used.names != column.names[:-1])
    exact = f"({label} IS DISTINCT FROM NULL)"
    return (exact,) if rows else (f"({label} IS NOT NULL)", exact)


def _proof(column: Column, around: Context) -> TableConstraint | None:
    """A check that is there now, also on all tables below."""
    for constraint in around.current.parts(column.names[:-1], TableConstraint):
        lasts = around.desired.get(constraint.ref) == constraint and constraint.ref not in around.goes
        if lasts and not constraint.no_inherit and _is_proof(constraint, column, around):
            return constraint
        if column.ref in proven_by(constraint, around):
            return constraint
    return None


def _set(column: Column, around: Context, *, proven: bool = False) -> Step:
    """With a proof no row is read."""
    tables = family(column.names[:-1], around)
    return Step(
        sql=f"ALTER TABLE {path(column.names[:-1])} ALTER COLUMN {name(column.names[-1])} SET NOT NULL",
        stage=Stage.CONSTRAINTS,
        alters=_columns(column, around),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, column.names[:-1]),
        scans=frozenset() if proven else frozenset(tables),
        risks=frozenset() if proven else frozenset({Risk.SCANS, Risk.REFUSES_ROWS}),
    )


def _columns(column: Column, around: Context) -> frozenset[Ref]:
    """The column, and those that inherit from it."""
    heirs = (*around.heirs(column.names[:-1]), *around.heirs(column.names[:-1], around.desired))
    return frozenset({column.ref, *(Ref(column.ref.kind, (*heir, column.names[-1])) for heir in heirs)})


def _usual(column: Column, around: Context) -> TableConstraint | None:
    """The constraint that says it, under the name that PostgreSQL would choose; none where that name is taken."""
    names = (*column.names[:-1], usual_name(column.names[-2], column.names[-1]))
    for table in (column.names[:-1], *around.heirs(column.names[:-1])):
        ref = Ref("table constraint", (*table, names[-1]))
        if any(ref in catalog for catalog in (around.current, around.desired)):
            return None
    return TableConstraint(names=names, type="not null", columns=column.names[-1:])


def usual_name(table: str, column: str) -> str:
    """The name that PostgreSQL gives: it shortens the longer of both until they fit."""
    end = "_not_null"
    lengths = [len(table.encode()), len(column.encode())]
    while sum(lengths) + 1 + len(end) > LONGEST:
        lengths[0 if lengths[0] > lengths[1] else 1] -= 1
    return f"{shortened(table, lengths[0])}_{shortened(column, lengths[1])}{end}"


def _unproven(constraint: TableConstraint, column: Column, around: Context) -> Steps:
    """It holds for new rows at once."""
    yield Step(
        sql=f"ALTER TABLE {path(column.names[:-1])} ADD CONSTRAINT {name(constraint.names[-1])} "
        f"NOT NULL {name(column.names[-1])} NOT VALID",
        stage=Stage.CONSTRAINTS,
        alters=_columns(column, around),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, column.names[:-1]),
        undone=f"NOT {there(constraint.ref)}",
    )
    yield validation(constraint, around, _columns(column, around))


def _by_check(column: Column, around: Context) -> Steps:
    """A check can be proven while others write, and then proves the NOT NULL.

    In one ALTER TABLE the check would be gone before it is asked.
    """
    table, label = column.names[:-1], free_name(column.names[:-1], column.names[-1], "is_not_null", around)
    check = TableConstraint(names=(*table, label), type="check", expression=_expressions(column, around)[0])
    locks, columns = held(Lock.ACCESS_EXCLUSIVE, around, table), _columns(column, around)
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD CONSTRAINT {name(label)} CHECK {check.expression} NOT VALID",
        stage=Stage.CONSTRAINTS,
        alters=columns,
        locks=locks,
        undone=f"NOT {there(check.ref)} AND {_is_nullable(column)}",
    )
    yield _while_there(check, validation(check, around, columns))
    yield _tied(_set(column, around, proven=True), check)
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP CONSTRAINT {name(label)}",
        stage=Stage.VALIDATION,
        takes=frozenset({check.ref}),
        alters=columns,
        locks=locks,
        undone=there(check.ref),
    )


def _while_there(check: TableConstraint, step: Step) -> Step:
    return msgspec.structs.replace(step, undone=there(check.ref))


def _tied(step: Step, check: TableConstraint) -> Step:
    """In one transaction with the step that takes the check."""
    return msgspec.structs.replace(step, stage=Stage.VALIDATION, makes=frozenset({check.ref}))


def _is_nullable(column: Column) -> str:
    relation = literal(path(column.names[:-1]))
    return (
        f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({relation})"
        f" AND attname = {literal(column.names[-1])} AND NOT attnotnull)"
    )


def is_no_proof(user: Fact) -> bool:
    """What must be gone before a column can or cannot be null.  A check may prove that it is not: it waits."""
    return not (isinstance(user, TableConstraint) and user.type == "check")
