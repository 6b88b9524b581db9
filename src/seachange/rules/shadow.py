"""A column's type changed by a column beside it, which takes its place when all values are there.

Nobody waits but for the short moment of the swap.  The column is the last of its table then.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.backfill import Filling, backfill
from seachange.rules.chains import marked, together
from seachange.rules.columns import column_clause, locked, traits
from seachange.rules.constraint_clauses import constraint_clause, index_of
from seachange.rules.index_replacement import build
from seachange.rules.retyping import using_of
from seachange.rules.rule import Context, Steps
from seachange.rules.shadow_steps import (
    address_beside,
    before,
    column_beside,
    function_beside,
    index_beside,
    pending,
    proof_beside,
    step_of,
    trigger_beside,
)
from seachange.rules.shadow_swap import swapped
from seachange.rules.shadowed import MARK, Shadow
from seachange.sql.parse import with_column, with_first
from seachange.sql.quote import body, name, path
from seachange.step import Lock, Risk, Stage, Step


def retype_beside(shadow: Shadow, around: Context) -> Steps:
    """Until the swap, nothing that is there before is touched."""
    yield from marked(shadow.new.ref, MARK, _prepared(shadow, around))
    yield from together(shadow.new.ref, "swap", swapped(shadow, around))
    yield from marked(shadow.new.ref, MARK, _counted(shadow, around))


def _prepared(shadow: Shadow, around: Context) -> Steps:
    yield from _column(shadow, around)
    yield from _synchronized(shadow, around)
    yield from _filled(shadow, around)
    for index in (*shadow.indexes, *_kept(shadow, around)):
        yield from _index(index, shadow, around)
    if shadow.new.not_null:
        yield from _checked(_required(shadow, around), shadow, around)
    for constraint in shadow.constraints:
        if constraint.type in ("check", "foreign key"):
            yield from _checked(_on_shadow(constraint, shadow, around), shadow, around)


def _column(shadow: Shadow, around: Context) -> Steps:
    column = msgspec.structs.replace(shadow.new, names=(*shadow.table, shadow.name), not_null=False)
    yield step_of(
        shadow,
        f"ALTER TABLE {path(shadow.table)} ADD COLUMN {column_clause(column, around)}",
        around,
        follows=around.desired.uses(shadow.new.ref) & around.comes,
        undone=before(shadow, column.ref),
    )
    for step in traits(column, around):
        yield msgspec.structs.replace(step, alters=frozenset(), follows=frozenset(), undone=there(column.ref))
    yield step_of(
        shadow,
        f"UPDATE {path(shadow.table)} SET {name(shadow.name)} = {_value(shadow, around)} WHERE false",
        around,
        lock=Lock.ROW_EXCLUSIVE,
        why="What PostgreSQL cannot convert is refused here, before anybody who writes is.",
        undone=there(column.ref),
    )


def _value(shadow: Shadow, around: Context) -> str:
    """What the new column is given for a row that is there."""
    using = using_of(shadow.old, shadow.new, around)
    return f"({using})" if using else name(shadow.old.names[-1])


def _synchronized(shadow: Shadow, around: Context) -> Steps:
    """Every row that is written gets the value; the lock waits for all who write already."""
    function, trigger = function_beside(shadow, around), trigger_beside(shadow, around)
    yield step_of(
        shadow,
        f"CREATE FUNCTION {path(function.names)}() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS "
        + body(f"\nBEGIN\n  NEW.{name(shadow.name)} := {_assigned(shadow, around)};\n  RETURN NEW;\nEND\n"),
        around,
        lock=Lock.NONE,
        undone=before(shadow, function),
    )
    on = f"ON {path(shadow.table)}"
    yield from together(
        shadow.new.ref,
        "trigger",
        (
            step_of(
                shadow,
                f"CREATE TRIGGER {name(trigger.names[-1])} BEFORE INSERT OR UPDATE {on} FOR EACH ROW "
                f"EXECUTE FUNCTION {path(function.names)}()",
                around,
                lock=Lock.SHARE_ROW_EXCLUSIVE,
                risks=frozenset({Risk.REFUSES_ROWS}),
                undone=before(shadow, trigger),
            ),
            step_of(
                shadow,
                f"ALTER TABLE {path(shadow.table)} ENABLE ALWAYS TRIGGER {name(trigger.names[-1])}",
                around,
                lock=Lock.SHARE_ROW_EXCLUSIVE,
                undone=there(trigger),
            ),
        ),
    )


def _assigned(shadow: Shadow, around: Context) -> str:
    """The value for a row that is written."""
    using = using_of(shadow.old, shadow.new, around)
    if not using:
        return f"NEW.{name(shadow.old.names[-1])}"
    return f"(SELECT {using} FROM (SELECT NEW.*) AS {name(shadow.table[-1])})"


def _filled(shadow: Shadow, around: Context) -> Steps:
    """Rows are compared with NULL only: not every type can tell two values apart."""
    value = _value(shadow, around)
    pending = f"{name(shadow.name)} IS NULL AND NOT {value} IS NULL"
    filling = Filling(shadow.name, value, pending)
    for step in backfill(shadow.table, filling, around):
        yield msgspec.structs.replace(step, undone=there(column_beside(shadow)), risks=step.risks | {Risk.REFUSES_ROWS})


def _index(index: Index, shadow: Shadow, around: Context) -> Steps:
    """Built while others write."""
    made = msgspec.structs.replace(
        index,
        names=index_beside(index, around).names,
        columns=_columns(index.columns, shadow),
        include=_columns(index.include, shadow),
        keys=tuple(_key(index, number, shadow) for number in range(len(index.keys))),
        predicate=index.predicate and _on_new(f"SELECT {index.predicate}", shadow).removeprefix("SELECT "),
    )
    for step in build(made, around):
        undone = f"{pending(shadow)} AND {step.undone}"
        yield msgspec.structs.replace(step, makes=frozenset(), follows=frozenset(), undone=undone)


def _key(index: Index, number: int, shadow: Shadow) -> str:
    """A column and what is said of it, or an expression."""
    key = index.keys[number]
    if index.columns[number]:
        return with_first(key, name(shadow.name)) if index.columns[number] == shadow.new.names[-1] else key
    before, after = "CREATE INDEX ON t (", ")"
    return _on_new(f"{before}{key}{after}", shadow).removeprefix(before).removesuffix(after)


def _columns(columns: Path, shadow: Shadow) -> Path:
    return tuple(shadow.name if column == shadow.new.names[-1] else column for column in columns)


def _on_new(sql: str, shadow: Shadow) -> str:
    changed = with_column(sql, shadow.new.names[-1], name(shadow.name))
    if changed is None:
        raise LookupError(sql)
    return changed


def _kept(shadow: Shadow, around: Context) -> Iterator[Index]:
    """The indexes that its constraints keep."""
    for constraint in shadow.constraints:
        if (index := index_of(constraint, around)) is not None:
            yield index


class _Check(msgspec.Struct, frozen=True):
    """A constraint on the new column, and whether the rows are to be checked."""

    ref: Ref
    clause: str
    validated: bool = True
    references: Path | None = None


def _required(shadow: Shadow, around: Context) -> _Check:
    """What proves that the new column holds no NULL."""
    return _Check(proof_beside(shadow, around), f"CHECK ({name(shadow.name)} IS NOT NULL)")


def _on_shadow(constraint: TableConstraint, shadow: Shadow, around: Context) -> _Check:
    moved = msgspec.structs.replace(
        constraint,
        columns=_columns(constraint.columns, shadow),
        delete_columns=_columns(constraint.delete_columns, shadow),
    )
    clause = constraint_clause(moved, around)
    if constraint.type == "check":
        before = "ALTER TABLE t ADD CONSTRAINT c "
        clause = _on_new(before + clause, shadow).removeprefix(before)
    ref = address_beside("table constraint", constraint.names, around)
    return _Check(ref, clause, constraint.validated and constraint.enforced, constraint.references)


def _checked(check: _Check, shadow: Shadow, around: Context) -> Steps:
    """Whoever writes is checked from now on, and the rows that are there while others write."""
    lock = Lock.SHARE_ROW_EXCLUSIVE if check.references else Lock.ACCESS_EXCLUSIVE
    others = {check.references} - {shadow.table, None}
    label_ = name(check.ref.names[-1])
    not_valid = "" if check.clause.endswith("NOT ENFORCED") else " NOT VALID"
    yield step_of(
        shadow,
        f"ALTER TABLE {path(shadow.table)} ADD CONSTRAINT {label_} {check.clause}{not_valid}",
        around,
        locks=sum((locked(each, around, lock) for each in (shadow.table, *others) if each), ()),
        stage=Stage.CONSTRAINTS,
        undone=before(shadow, check.ref),
    )
    if check.validated:
        held = locked(shadow.table, around, Lock.SHARE_UPDATE_EXCLUSIVE)
        yield step_of(
            shadow,
            f"ALTER TABLE {path(shadow.table)} VALIDATE CONSTRAINT {label_}",
            around,
            locks=sum((locked(each, around, Lock.ROW_SHARE) for each in others if each), held),
            stage=Stage.VALIDATION,
            scans=frozenset({shadow.table}),
            risks=frozenset({Risk.REFUSES_ROWS}),
            undone=there(check.ref),
        )


def _counted(shadow: Shadow, around: Context) -> Steps:
    """The planner knows nothing of a new column."""
    yield Step(
        sql=f"ANALYZE {path(shadow.table)} ({name(shadow.new.names[-1])})",
        stage=Stage.DATA,
        locks=locked(shadow.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
    )
