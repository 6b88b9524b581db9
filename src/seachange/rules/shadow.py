"""A column's type changed by a column beside it, which takes its place when all values are there.

Nobody waits but for the short moment of the swap.  The column is the last of its table then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Index, TableConstraint
from seachange.catalog.facts.told import Comment, SecurityLabel, Told
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.backfill import Filling, backfill
from seachange.rules.chains import marked, together
from seachange.rules.columns import column_clause, locked, traits
from seachange.rules.constraint_clauses import constraint_clause, index_of
from seachange.rules.index_replacement import build
from seachange.rules.indexing import set_statistics
from seachange.rules.privileges import RULES as PRIVILEGES
from seachange.rules.retyping import using_of
from seachange.rules.rule import Context, Steps
from seachange.rules.shadowed import MARK, TRIGGER, Shadow, beside
from seachange.rules.statistics import create_statistics
from seachange.rules.told import comment_on, label
from seachange.sql.parse import with_column, with_first
from seachange.sql.quote import body, literal, name, path
from seachange.step import Lock, Risk, Stage, Step


def retype_beside(shadow: Shadow, around: Context) -> Steps:
    """Until the swap, nothing that is there before is touched."""
    yield from marked(shadow.new.ref, MARK, _prepared(shadow, around))
    yield from together(shadow.new.ref, "swap", _swapped(shadow, around))
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
    yield _step(
        shadow,
        f"ALTER TABLE {path(shadow.table)} ADD COLUMN {column_clause(column, around)}",
        around,
        follows=around.desired.uses(shadow.new.ref) & around.comes,
        undone=_before(shadow, column.ref),
    )
    for step in traits(column, around):
        yield msgspec.structs.replace(step, alters=frozenset(), follows=frozenset(), undone=there(column.ref))


def _synchronized(shadow: Shadow, around: Context) -> Steps:
    """Every row that is written gets the value; the lock waits for all who write already."""
    function, trigger = _function(shadow, around), _trigger(shadow, around)
    yield _step(
        shadow,
        f"CREATE FUNCTION {path(function.names)}() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS "
        + body(f"\nBEGIN\n  NEW.{name(shadow.name)} := {_assigned(shadow, around)};\n  RETURN NEW;\nEND\n"),
        around,
        lock=Lock.NONE,
        undone=_before(shadow, function),
    )
    on = f"ON {path(shadow.table)}"
    yield from together(
        shadow.new.ref,
        "trigger",
        (
            _step(
                shadow,
                f"CREATE TRIGGER {name(trigger.names[-1])} BEFORE INSERT OR UPDATE {on} FOR EACH ROW "
                f"EXECUTE FUNCTION {path(function.names)}()",
                around,
                lock=Lock.SHARE_ROW_EXCLUSIVE,
                risks=frozenset({Risk.REFUSES_ROWS}),
                undone=_before(shadow, trigger),
            ),
            _step(
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
    value = using_of(shadow.old, shadow.new, around) or name(shadow.old.names[-1])
    pending = f"{name(shadow.name)} IS NULL AND NOT ({value}) IS NULL"
    filling = Filling(shadow.name, value, pending)
    for step in backfill(shadow.table, filling, around):
        yield msgspec.structs.replace(step, undone=there(_shadow_ref(shadow)), risks=step.risks | {Risk.REFUSES_ROWS})


def _index(index: Index, shadow: Shadow, around: Context) -> Steps:
    """Built while others write."""
    made = msgspec.structs.replace(
        index,
        names=_beside_index(index, around).names,
        columns=_columns(index.columns, shadow),
        include=_columns(index.include, shadow),
        keys=tuple(_key(index, number, shadow) for number in range(len(index.keys))),
        predicate=index.predicate and _on_new(f"SELECT {index.predicate}", shadow).removeprefix("SELECT "),
    )
    for step in build(made, around):
        undone = f"{_pending(shadow)} AND {step.undone}"
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
    return _Check(_proof(shadow, around), f"CHECK ({name(shadow.name)} IS NOT NULL)")


def _proof(shadow: Shadow, around: Context) -> Ref:
    return _beside("table constraint", (*shadow.table, f"{shadow.new.names[-1]}_not_null"), around)


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
    ref = _beside("table constraint", constraint.names, around)
    return _Check(ref, clause, constraint.validated and constraint.enforced, constraint.references)


def _checked(check: _Check, shadow: Shadow, around: Context) -> Steps:
    """Whoever writes is checked from now on, and the rows that are there while others write."""
    lock = Lock.SHARE_ROW_EXCLUSIVE if check.references else Lock.ACCESS_EXCLUSIVE
    others = {check.references} - {shadow.table, None}
    label_ = name(check.ref.names[-1])
    not_valid = "" if check.clause.endswith("NOT ENFORCED") else " NOT VALID"
    yield _step(
        shadow,
        f"ALTER TABLE {path(shadow.table)} ADD CONSTRAINT {label_} {check.clause}{not_valid}",
        around,
        locks=sum((locked(each, around, lock) for each in (shadow.table, *others) if each), ()),
        stage=Stage.CONSTRAINTS,
        undone=_before(shadow, check.ref),
    )
    if check.validated:
        held = locked(shadow.table, around, Lock.SHARE_UPDATE_EXCLUSIVE)
        yield _step(
            shadow,
            f"ALTER TABLE {path(shadow.table)} VALIDATE CONSTRAINT {label_}",
            around,
            locks=sum((locked(each, around, Lock.ROW_SHARE) for each in others if each), held),
            stage=Stage.VALIDATION,
            scans=frozenset({shadow.table}),
            risks=frozenset({Risk.REFUSES_ROWS}),
            undone=there(check.ref),
        )


def _swapped(shadow: Shadow, around: Context) -> Steps:
    """One short transaction.  What is made again is taken with the first of its steps and made with the last: each of
    them alters the column that it needs.
    """
    own = frozenset({shadow.new.ref})
    steps = (*_old_gone(shadow, around), *_new_here(shadow, around), *_said(shadow, around))
    first, *between, last = (msgspec.structs.replace(step, alters=own, stage=Stage.COLUMNS) for step in steps)
    yield msgspec.structs.replace(first, takes=shadow.replaced & around.goes)
    yield from between
    yield msgspec.structs.replace(last, makes=shadow.replaced & around.comes)


def _old_gone(shadow: Shadow, around: Context) -> Steps:
    table, pending = path(shadow.table), there(_shadow_ref(shadow))
    yield _step(shadow, f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", around, undone=pending)
    trigger, function = _trigger(shadow, around), _function(shadow, around)
    yield _step(shadow, f"DROP TRIGGER {name(trigger.names[-1])} ON {table}", around, undone=there(trigger))
    yield _step(shadow, f"DROP FUNCTION {path(function.names)}()", around, lock=Lock.NONE, undone=there(function))
    for sequence in shadow.sequences:
        owner = path((*shadow.table, shadow.name))
        yield _step(shadow, f"ALTER SEQUENCE {path(sequence.names)} OWNED BY {owner}", around, undone=pending)
    yield _step(
        shadow,
        f"ALTER TABLE {table} DROP COLUMN {name(shadow.old.names[-1])}",
        around,
        undone=pending,
    )


def _new_here(shadow: Shadow, around: Context) -> Steps:
    table, last, pending = path(shadow.table), name(shadow.new.names[-1]), there(_shadow_ref(shadow))
    yield _step(
        shadow,
        f"ALTER TABLE {table} RENAME COLUMN {name(shadow.name)} TO {last}",
        around,
        risks=_moved(shadow, around),
        undone=pending,
    )
    if shadow.new.not_null:
        proof = _proof(shadow, around)
        yield _step(shadow, f"ALTER TABLE {table} {_not_null(shadow)}", around, undone=there(proof))
        yield _step(shadow, f"ALTER TABLE {table} DROP CONSTRAINT {name(proof.names[-1])}", around, undone=there(proof))
    for index in shadow.indexes:
        yield from _renamed_index(index, shadow, around)
    for constraint in shadow.constraints:
        yield from _renamed_constraint(constraint, shadow, around)
    for statistics in shadow.statistics:
        for step in create_statistics(statistics, around):
            yield msgspec.structs.replace(step, makes=frozenset(), alters=frozenset())


def _moved(shadow: Shadow, around: Context) -> frozenset[Risk]:
    """INSERT without a list of columns, and SELECT *, depend on their order."""
    positions = (column.position for column in around.current.parts(shadow.table, Column))
    return frozenset({Risk.BREAKS_CLIENTS} if shadow.old.position < max(positions) else ())


def _not_null(shadow: Shadow) -> str:
    """Under its own name where it has one; PostgreSQL sees by the constraint that it need not look."""
    last = name(shadow.new.names[-1])
    for constraint in shadow.constraints:
        if constraint.type == "not null":
            no_inherit = " NO INHERIT" if constraint.no_inherit else ""
            return f"ADD CONSTRAINT {name(constraint.names[-1])} NOT NULL {last}{no_inherit}"
    return f"ALTER COLUMN {last} SET NOT NULL"


def _renamed_index(index: Index, shadow: Shadow, around: Context) -> Steps:
    ref = _beside_index(index, around)
    sql = f"ALTER INDEX {path(ref.names)} RENAME TO {name(index.names[-1])}"
    yield _step(shadow, sql, around, undone=there(ref))
    if index.statistics:
        yield from set_statistics(Index(names=index.names), index, around)


def _renamed_constraint(constraint: TableConstraint, shadow: Shadow, around: Context) -> Steps:
    table, last = path(shadow.table), name(constraint.names[-1])
    if (index := index_of(constraint, around)) is not None:
        ref = _beside_index(index, around)
        deferred = " INITIALLY DEFERRED" if constraint.deferred else ""
        when = f" DEFERRABLE{deferred}" if constraint.deferrable else ""
        using = f"UNIQUE USING INDEX {name(ref.names[-1])}{when}"
        yield _step(shadow, f"ALTER TABLE {table} ADD CONSTRAINT {last} {using}", around, undone=there(ref))
    elif constraint.type != "not null":
        ref = _beside("table constraint", constraint.names, around)
        sql = f"ALTER TABLE {table} RENAME CONSTRAINT {name(ref.names[-1])} TO {last}"
        yield _step(shadow, sql, around, undone=there(ref))


def _said(shadow: Shadow, around: Context) -> Steps:
    """What is said of what was made again, where it is to stay."""
    for ref in (shadow.new.ref, *sorted(shadow.replaced - around.comes)):
        for told in sorted(around.desired.said_of(ref), key=lambda told: told.ref):
            for step in _say(told, around):
                yield msgspec.structs.replace(step, makes=frozenset(), follows=frozenset(), risks=frozenset())


def _say(told: Told, around: Context) -> Steps:
    match told:
        case Comment():
            return comment_on(told, around)
        case SecurityLabel():
            return label(told, around)
        case _ if told.ref.kind in PRIVILEGES and told.ref not in around.comes:
            return PRIVILEGES[told.ref.kind].create(told, around)
        case _:
            return ()


def _counted(shadow: Shadow, around: Context) -> Steps:
    """The planner knows nothing of a new column."""
    yield Step(
        sql=f"ANALYZE {path(shadow.table)} ({name(shadow.new.names[-1])})",
        stage=Stage.DATA,
        locks=locked(shadow.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
    )


def _step(shadow: Shadow, sql: str, around: Context, *, lock: Lock = Lock.ACCESS_EXCLUSIVE, **more: Any) -> Step:
    locks = more.pop("locks", None) or (locked(shadow.table, around, lock) if lock else ())
    return Step(sql=sql, stage=more.pop("stage", Stage.COLUMNS), locks=locks, **more)


def _before(shadow: Shadow, ref: Ref) -> str:
    """Until the column has its new type, and as long as what is made for that is not there."""
    return f"{_pending(shadow)} AND NOT {there(ref)}"


def _pending(shadow: Shadow) -> str:
    """Until the column has its new type."""
    attribute = (
        f"attrelid = pg_catalog.to_regclass({literal(path(shadow.table)).strip()}) "
        f"AND attname = {literal(shadow.new.names[-1]).strip()} AND NOT attisdropped"
    )
    other = f"pg_catalog.format_type(atttypid, atttypmod) <> {literal(shadow.new.type).strip()}"
    return f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE {attribute} AND {other})"


def _shadow_ref(shadow: Shadow) -> Ref:
    return Ref("table column", (*shadow.table, shadow.name))


def _function(shadow: Shadow, around: Context) -> Ref:
    return _beside("function", (shadow.table[0], f"{shadow.table[-1]}_{shadow.new.names[-1]}"), around)


def _trigger(shadow: Shadow, around: Context) -> Ref:
    return _beside("trigger", (*shadow.table, f"{TRIGGER}{shadow.new.names[-1]}"), around)


def _beside_index(index: Index, around: Context) -> Ref:
    return _beside("index", index.names, around)


def _beside(kind: str, names: Path, around: Context) -> Ref:
    return Ref(kind, (*names[:-1], beside(names[-1], lambda each: Ref(kind, (*names[:-1], each)), around)))
