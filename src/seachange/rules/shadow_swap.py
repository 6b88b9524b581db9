"""The moment in which a column takes the place of another: one short transaction."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Index, TableConstraint
from seachange.catalog.facts.told import Comment, SecurityLabel, Told
from seachange.plan.there import there
from seachange.rules.columns import locked
from seachange.rules.constraint_clauses import index_of
from seachange.rules.indexing import set_statistics
from seachange.rules.privileges import RULES as PRIVILEGES
from seachange.rules.rule import Context, Steps
from seachange.rules.shadow_steps import (
    address_beside,
    column_beside,
    function_beside,
    index_beside,
    proof_beside,
    step_of,
    trigger_beside,
)
from seachange.rules.shadowed import Shadow
from seachange.rules.statistics import create_statistics
from seachange.rules.told import comment_on, label
from seachange.sql.quote import name, path
from seachange.step import Lock, Risk, Stage


def swapped(shadow: Shadow, around: Context) -> Steps:
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
    table, pending = path(shadow.table), there(column_beside(shadow))
    yield step_of(shadow, f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", around, undone=pending)
    trigger, function = trigger_beside(shadow, around), function_beside(shadow, around)
    yield step_of(shadow, f"DROP TRIGGER {name(trigger.names[-1])} ON {table}", around, undone=there(trigger))
    yield step_of(shadow, f"DROP FUNCTION {path(function.names)}()", around, lock=Lock.NONE, undone=there(function))
    for sequence in shadow.sequences:
        owner = path((*shadow.table, shadow.name))
        yield step_of(shadow, f"ALTER SEQUENCE {path(sequence.names)} OWNED BY {owner}", around, undone=pending)
    yield step_of(
        shadow,
        f"ALTER TABLE {table} DROP COLUMN {name(shadow.old.names[-1])}",
        around,
        locks=tuple(held for each in (shadow.table, *_referenced(shadow, around)) for held in locked(each, around)),
        undone=pending,
    )


def _referenced(shadow: Shadow, around: Context) -> Iterator[Path]:
    """The tables that the old column refers to: its foreign keys go with it, and lock them."""
    users = (around.current.get(ref) for ref in around.current.users(shadow.old.ref))
    found = {fact.references for fact in users if isinstance(fact, TableConstraint) and fact.references}
    yield from sorted(found - {shadow.table})


def _new_here(shadow: Shadow, around: Context) -> Steps:
    table, last, pending = path(shadow.table), name(shadow.new.names[-1]), there(column_beside(shadow))
    yield step_of(
        shadow,
        f"ALTER TABLE {table} RENAME COLUMN {name(shadow.name)} TO {last}",
        around,
        risks=_moved(shadow, around),
        undone=pending,
    )
    if shadow.new.not_null:
        proof = proof_beside(shadow, around)
        yield step_of(shadow, f"ALTER TABLE {table} {_not_null(shadow)}", around, undone=there(proof))
        yield step_of(
            shadow, f"ALTER TABLE {table} DROP CONSTRAINT {name(proof.names[-1])}", around, undone=there(proof)
        )
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
    ref = index_beside(index, around)
    sql = f"ALTER INDEX {path(ref.names)} RENAME TO {name(index.names[-1])}"
    yield step_of(shadow, sql, around, undone=there(ref))
    if index.statistics:
        yield from set_statistics(Index(names=index.names), index, around)


def _renamed_constraint(constraint: TableConstraint, shadow: Shadow, around: Context) -> Steps:
    table, last = path(shadow.table), name(constraint.names[-1])
    if (index := index_of(constraint, around)) is not None:
        ref = index_beside(index, around)
        deferred = " INITIALLY DEFERRED" if constraint.deferred else ""
        when = f" DEFERRABLE{deferred}" if constraint.deferrable else ""
        using = f"UNIQUE USING INDEX {name(ref.names[-1])}{when}"
        yield step_of(shadow, f"ALTER TABLE {table} ADD CONSTRAINT {last} {using}", around, undone=there(ref))
    elif constraint.type != "not null":
        ref = address_beside("table constraint", constraint.names, around)
        sql = f"ALTER TABLE {table} RENAME CONSTRAINT {name(ref.names[-1])} TO {last}"
        yield step_of(shadow, sql, around, undone=there(ref))


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
